-- AlterTable
ALTER TABLE "Station" ADD COLUMN     "controlAt" TIMESTAMPTZ(3),
ADD COLUMN     "controlById" TEXT,
ADD COLUMN     "controlUntil" TIMESTAMPTZ(3);

ALTER TABLE "Station" ADD CONSTRAINT "Station_control_whole"
  CHECK (("controlById" IS NULL) = ("controlAt" IS NULL) AND ("controlById" IS NULL) = ("controlUntil" IS NULL));
