-- AlterTable
ALTER TABLE "Campaign" ADD COLUMN     "downlinkHz" BIGINT,
ADD COLUMN     "polarisation" TEXT,
ADD COLUMN     "postpassS" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "prepassS" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "uplinkHz" BIGINT;

-- AlterTable
ALTER TABLE "Contact" ADD COLUMN     "downlinkHz" BIGINT,
ADD COLUMN     "dryRun" JSONB,
ADD COLUMN     "postpassS" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "prepassS" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "uplinkHz" BIGINT;

-- AlterTable
ALTER TABLE "Station" ADD COLUMN     "rf" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "MaintenanceWindow" (
    "id" TEXT NOT NULL,
    "stationId" TEXT NOT NULL,
    "from" TIMESTAMPTZ(3) NOT NULL,
    "to" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "MaintenanceWindow_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "MaintenanceWindow_stationId_to_idx" ON "MaintenanceWindow"("stationId", "to");

-- AddForeignKey
ALTER TABLE "MaintenanceWindow" ADD CONSTRAINT "MaintenanceWindow_stationId_fkey" FOREIGN KEY ("stationId") REFERENCES "Station"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: the lists of shared/api, and what a window, a frequency and a wait can be.
ALTER TABLE "MaintenanceWindow" ADD CONSTRAINT "MaintenanceWindow_from_to" CHECK ("from" < "to");
ALTER TABLE "Campaign" ADD CONSTRAINT "Campaign_radio"
  CHECK ("downlinkHz" > 0 AND "uplinkHz" > 0
         AND "polarisation" IN ('rhcp','lhcp','horizontal','vertical','any'));
ALTER TABLE "Campaign" ADD CONSTRAINT "Campaign_waits"
  CHECK ("prepassS" BETWEEN 0 AND 3600 AND "postpassS" BETWEEN 0 AND 3600);
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_waits" CHECK ("prepassS" BETWEEN 0 AND 3600 AND "postpassS" BETWEEN 0 AND 3600);
