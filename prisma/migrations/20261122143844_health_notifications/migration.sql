-- CreateTable
CREATE TABLE "NotificationRule" (
    "id" TEXT NOT NULL,
    "orgId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "collectors" TEXT[],
    "minLevel" TEXT NOT NULL,
    "recipients" TEXT[],
    "url" TEXT,
    "sealed" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sentAt" TIMESTAMPTZ(3),
    "failure" TEXT,

    CONSTRAINT "NotificationRule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "HealthTrouble" (
    "id" TEXT NOT NULL,
    "orgId" TEXT,
    "collector" TEXT NOT NULL,
    "check" TEXT NOT NULL,
    "subjectId" TEXT,
    "subjectName" TEXT,
    "level" TEXT NOT NULL,
    "found" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "alertedAt" TIMESTAMPTZ(3),
    "alertedLevel" TEXT,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "HealthTrouble_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "NotificationRule_orgId_createdAt_idx" ON "NotificationRule"("orgId", "createdAt");

-- CreateIndex
CREATE INDEX "HealthTrouble_orgId_idx" ON "HealthTrouble"("orgId");

-- AddForeignKey
ALTER TABLE "NotificationRule" ADD CONSTRAINT "NotificationRule_orgId_fkey" FOREIGN KEY ("orgId") REFERENCES "Org"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "NotificationRule" ADD CONSTRAINT "NotificationRule_collectors_check"
  CHECK (cardinality("collectors") > 0 AND "collectors" <@ ARRAY['broker','database','enrollment','keys','disk','stations','director']::text[]);
ALTER TABLE "NotificationRule" ADD CONSTRAINT "NotificationRule_minLevel_check" CHECK ("minLevel" IN ('warning','critical'));
ALTER TABLE "NotificationRule" ADD CONSTRAINT "NotificationRule_channel_check"
  CHECK ((cardinality("recipients") = 0) = ("url" IS NOT NULL) AND ("url" IS NULL) = ("sealed" IS NULL));
ALTER TABLE "HealthTrouble" ADD CONSTRAINT "HealthTrouble_level_check" CHECK ("level" IN ('warning','critical'));
