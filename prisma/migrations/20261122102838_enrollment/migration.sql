-- DropIndex
DROP INDEX "Enrollment_tokenId_key";

-- AlterTable
ALTER TABLE "Enrollment" ADD COLUMN     "csr" TEXT;

-- AlterTable
ALTER TABLE "EnrollmentToken" ADD COLUMN     "batchId" TEXT,
ADD COLUMN     "capabilities" TEXT[] DEFAULT ARRAY['rotator']::TEXT[],
ADD COLUMN     "lastUsedAt" TIMESTAMPTZ(3),
ADD COLUMN     "maxUses" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "recipient" TEXT,
ADD COLUMN     "uses" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Station" ADD COLUMN     "capabilities" TEXT[] DEFAULT ARRAY['rotator']::TEXT[],
ADD COLUMN     "credential" TEXT NOT NULL DEFAULT 'either',
ADD COLUMN     "expiresAt" TIMESTAMPTZ(3),
ADD COLUMN     "fingerprint" TEXT,
ADD COLUMN     "lockReason" TEXT,
ADD COLUMN     "lockedAt" TIMESTAMPTZ(3),
ADD COLUMN     "lockedById" TEXT,
ADD COLUMN     "rotateAskedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "StationKey" ADD COLUMN     "provenAt" TIMESTAMPTZ(3),
ADD COLUMN     "renewAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "CertificateAuthority" (
    "id" TEXT NOT NULL,
    "certificate" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "notAfter" TIMESTAMPTZ(3) NOT NULL,
    "retiredAt" TIMESTAMPTZ(3),

    CONSTRAINT "CertificateAuthority_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StationCertificate" (
    "id" TEXT NOT NULL,
    "serial" TEXT NOT NULL,
    "authorityId" TEXT NOT NULL,
    "stationId" TEXT NOT NULL,
    "certificate" TEXT NOT NULL,
    "notBefore" TIMESTAMPTZ(3) NOT NULL,
    "notAfter" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "provenAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "StationCertificate_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "CertificateAuthority_fingerprint_key" ON "CertificateAuthority"("fingerprint");

-- CreateIndex
CREATE UNIQUE INDEX "StationCertificate_serial_key" ON "StationCertificate"("serial");

-- CreateIndex
CREATE INDEX "StationCertificate_stationId_idx" ON "StationCertificate"("stationId");

-- CreateIndex
CREATE UNIQUE INDEX "Enrollment_tokenId_nonceHash_key" ON "Enrollment"("tokenId", "nonceHash");

-- CreateIndex
CREATE INDEX "EnrollmentToken_stationId_idx" ON "EnrollmentToken"("stationId");

-- CreateIndex
CREATE INDEX "EnrollmentToken_batchId_idx" ON "EnrollmentToken"("batchId");

-- AddForeignKey
ALTER TABLE "StationCertificate" ADD CONSTRAINT "StationCertificate_stationId_fkey" FOREIGN KEY ("stationId") REFERENCES "Station"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StationCertificate" ADD CONSTRAINT "StationCertificate_authorityId_fkey" FOREIGN KEY ("authorityId") REFERENCES "CertificateAuthority"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What an older version redeemed was used once.
UPDATE "EnrollmentToken" SET "uses" = 1, "lastUsedAt" = "consumedAt" WHERE "consumedAt" IS NOT NULL;

-- By hand: what the schema tells in comments.
ALTER TABLE "Station" ADD CONSTRAINT "Station_capabilities_check"
  CHECK ("capabilities" IS NOT NULL AND "capabilities" <@ ARRAY['rotator', 'rig']);
ALTER TABLE "Station" ADD CONSTRAINT "Station_credential_check"
  CHECK ("credential" IN ('key', 'certificate', 'either'));
ALTER TABLE "Station" ADD CONSTRAINT "Station_lock_check"
  CHECK (("lockedAt" IS NULL) = ("lockReason" IS NULL) AND ("lockedAt" IS NULL) = ("lockedById" IS NULL));
ALTER TABLE "EnrollmentToken" ADD CONSTRAINT "EnrollmentToken_capabilities_check"
  CHECK ("capabilities" IS NOT NULL AND "capabilities" <@ ARRAY['rotator', 'rig'] AND cardinality("capabilities") > 0);
ALTER TABLE "EnrollmentToken" ADD CONSTRAINT "EnrollmentToken_uses_check"
  CHECK ("maxUses" BETWEEN 1 AND 500 AND "uses" BETWEEN 0 AND "maxUses" AND NOT ("preApproved" AND "maxUses" > 1));
