-- DropIndex
DROP INDEX "ElementSource_kind_group_key";

-- By hand: what was the group is the target now; sources that are there keep their two hours.
ALTER TABLE "ElementSource" RENAME COLUMN "group" TO "target";
-- AlterTable
ALTER TABLE "ElementSource" DROP COLUMN "checkedAt",
DROP COLUMN "etag",
DROP COLUMN "lastResult",
ADD COLUMN     "everyHours" INTEGER NOT NULL DEFAULT 2,
ADD COLUMN     "url" TEXT;
ALTER TABLE "ElementSource" ALTER COLUMN "everyHours" DROP DEFAULT;

-- CreateTable
CREATE TABLE "SourceLook" (
    "url" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "askedAt" TIMESTAMPTZ(3),
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "blockedUntil" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "etag" TEXT,
    "lastModified" TEXT,
    "outcome" TEXT NOT NULL,
    "result" TEXT,

    CONSTRAINT "SourceLook_pkey" PRIMARY KEY ("url")
);

-- CreateTable
CREATE TABLE "Transmitter" (
    "id" TEXT NOT NULL,
    "satelliteId" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "downlinkLowHz" BIGINT,
    "downlinkHighHz" BIGINT,
    "uplinkLowHz" BIGINT,
    "uplinkHighHz" BIGINT,
    "mode" TEXT,
    "baud" DOUBLE PRECISION,
    "invert" BOOLEAN NOT NULL,
    "polarisation" TEXT,
    "status" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Transmitter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CatalogueEntry" (
    "satelliteId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "life" TEXT NOT NULL,
    "decayedAt" TIMESTAMPTZ(3),
    "source" TEXT NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "CatalogueEntry_pkey" PRIMARY KEY ("satelliteId")
);

-- CreateIndex
CREATE INDEX "SourceLook_host_idx" ON "SourceLook"("host");

-- CreateIndex
CREATE INDEX "Transmitter_satelliteId_idx" ON "Transmitter"("satelliteId");

-- CreateIndex
CREATE INDEX "Transmitter_source_idx" ON "Transmitter"("source");

-- CreateIndex
CREATE UNIQUE INDEX "ElementSource_kind_target_key" ON "ElementSource"("kind", "target");

-- AddForeignKey
ALTER TABLE "ElementSource" ADD CONSTRAINT "ElementSource_url_fkey" FOREIGN KEY ("url") REFERENCES "SourceLook"("url") ON DELETE SET NULL ON UPDATE CASCADE;

-- By hand: the lists of shared/api, and what a band can be.
ALTER TABLE "ElementSource" DROP CONSTRAINT "ElementSource_kind_check";
ALTER TABLE "ElementSource" ADD CONSTRAINT "ElementSource_kind_check" CHECK ("kind" IN ('celestrak', 'satnogs', 'url'));
ALTER TABLE "ElementSource" ADD CONSTRAINT "ElementSource_everyHours_check" CHECK ("everyHours" BETWEEN 2 AND 168);
ALTER TABLE "SourceLook" ADD CONSTRAINT "SourceLook_outcome_check"
  CHECK ("outcome" IN ('waiting', 'asking', 'changed', 'unchanged', 'unreachable', 'failed', 'refused'));
ALTER TABLE "Transmitter" ADD CONSTRAINT "Transmitter_lists"
  CHECK ("kind" IN ('transmitter', 'transceiver', 'transponder')
         AND "status" IN ('active', 'inactive', 'invalid')
         AND "polarisation" IN ('rhcp', 'lhcp', 'horizontal', 'vertical'));
ALTER TABLE "Transmitter" ADD CONSTRAINT "Transmitter_bands"
  CHECK ("downlinkLowHz" > 0 AND "uplinkLowHz" > 0
         AND "downlinkLowHz" <= "downlinkHighHz" AND "uplinkLowHz" <= "uplinkHighHz"
         AND ("downlinkHighHz" IS NULL OR "downlinkLowHz" IS NOT NULL)
         AND ("uplinkHighHz" IS NULL OR "uplinkLowHz" IS NOT NULL));
ALTER TABLE "CatalogueEntry" ADD CONSTRAINT "CatalogueEntry_life_check"
  CHECK ("life" IN ('alive', 'dead', 're-entered', 'future'));
