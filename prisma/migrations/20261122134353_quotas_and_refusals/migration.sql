-- AlterTable
ALTER TABLE "Campaign" ADD COLUMN     "maxPerDay" INTEGER,
ADD COLUMN     "minGapS" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "minPerDay" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "partial" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "quotaPer" TEXT NOT NULL DEFAULT 'campaign',
ADD COLUMN     "simultaneous" INTEGER;

-- AlterTable
ALTER TABLE "Contact" ADD COLUMN     "fixedAt" TIMESTAMPTZ(3),
ADD COLUMN     "fixedBy" TEXT,
ADD COLUMN     "worth" DOUBLE PRECISION;

-- AlterTable
ALTER TABLE "Schedule" DROP COLUMN "refused",
ADD COLUMN     "refusedCount" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "unmet" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "wholeAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "Refusal" (
    "orgId" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    "stationId" TEXT NOT NULL,
    "satelliteId" TEXT NOT NULL,
    "aos" TIMESTAMPTZ(3) NOT NULL,
    "los" TIMESTAMPTZ(3) NOT NULL,
    "worth" DOUBLE PRECISION NOT NULL,
    "rule" TEXT NOT NULL,
    "limit" INTEGER,
    "reason" TEXT NOT NULL,
    "beatenBy" JSONB NOT NULL,

    CONSTRAINT "Refusal_pkey" PRIMARY KEY ("orgId","rank")
);

-- CreateTable
CREATE TABLE "ForbiddenContact" (
    "id" TEXT NOT NULL,
    "orgId" TEXT NOT NULL,
    "stationId" TEXT NOT NULL,
    "satelliteId" TEXT NOT NULL,
    "from" TIMESTAMPTZ(3) NOT NULL,
    "to" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ForbiddenContact_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Refusal_orgId_stationId_idx" ON "Refusal"("orgId", "stationId");

-- CreateIndex
CREATE INDEX "Refusal_orgId_satelliteId_idx" ON "Refusal"("orgId", "satelliteId");

-- CreateIndex
CREATE INDEX "ForbiddenContact_orgId_to_idx" ON "ForbiddenContact"("orgId", "to");

-- CreateIndex
CREATE INDEX "ForbiddenContact_stationId_to_idx" ON "ForbiddenContact"("stationId", "to");

-- AddForeignKey
ALTER TABLE "Refusal" ADD CONSTRAINT "Refusal_orgId_fkey" FOREIGN KEY ("orgId") REFERENCES "Org"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ForbiddenContact" ADD CONSTRAINT "ForbiddenContact_orgId_fkey" FOREIGN KEY ("orgId") REFERENCES "Org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ForbiddenContact" ADD CONSTRAINT "ForbiddenContact_stationId_fkey" FOREIGN KEY ("stationId") REFERENCES "Station"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: the lists of shared/api, and which quotas, gaps and fixed contacts can be.
ALTER TABLE "Campaign" ADD CONSTRAINT "Campaign_quota"
  CHECK ("minPerDay" BETWEEN 0 AND 1000 AND "maxPerDay" BETWEEN GREATEST(1, "minPerDay") AND 1000
         AND "quotaPer" IN ('campaign','satellite'));
ALTER TABLE "Campaign" ADD CONSTRAINT "Campaign_apart"
  CHECK ("minGapS" BETWEEN 0 AND 86400 AND "simultaneous" BETWEEN 1 AND 1000
         AND ("minGapS" = 0 OR "simultaneous" IS NULL OR "simultaneous" = 1));
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_fixed" CHECK (("fixedBy" IS NULL) = ("fixedAt" IS NULL));
ALTER TABLE "Refusal" ADD CONSTRAINT "Refusal_rule"
  CHECK ("rule" IN ('antenna','simultaneous','gap','quota','forbidden','maintenance','radio','mount','ended'));
ALTER TABLE "ForbiddenContact" ADD CONSTRAINT "ForbiddenContact_from_to" CHECK ("from" < "to");
