-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "Org" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Org_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "disabledAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Membership" (
    "userId" TEXT NOT NULL,
    "orgId" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("userId","orgId")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "secretHash" BYTEA NOT NULL,
    "authMethod" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "userAgent" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "tickets" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignInLink" (
    "id" TEXT NOT NULL,
    "tokenHash" BYTEA NOT NULL,
    "kind" TEXT NOT NULL,
    "email" TEXT,
    "browserHash" BYTEA,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "consumedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SignInLink_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DeviceLogin" (
    "id" TEXT NOT NULL,
    "deviceCodeHash" BYTEA NOT NULL,
    "userCodeHash" BYTEA NOT NULL,
    "clientName" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "userId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "lastPolledAt" TIMESTAMPTZ(3),

    CONSTRAINT "DeviceLogin_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "secretHash" BYTEA NOT NULL,
    "userId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "permissions" TEXT[],
    "restricted" BOOLEAN NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Station" (
    "id" TEXT NOT NULL,
    "orgId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "lat" DOUBLE PRECISION,
    "lon" DOUBLE PRECISION,
    "altM" DOUBLE PRECISION,
    "minElevation" DOUBLE PRECISION NOT NULL DEFAULT 10,
    "mask" JSONB NOT NULL DEFAULT '[]',
    "mount" JSONB,
    "agentVersion" TEXT,
    "hostname" TEXT,
    "platform" TEXT,
    "driver" TEXT,
    "address" TEXT,
    "commandSeq" BIGINT NOT NULL DEFAULT 0,
    "lastSeenAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "approvedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Station_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StationKey" (
    "id" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "secretHash" BYTEA NOT NULL,
    "stationId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "StationKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ServiceKey" (
    "id" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "secretHash" BYTEA NOT NULL,
    "service" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ServiceKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "EnrollmentToken" (
    "id" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "secretHash" TEXT NOT NULL,
    "orgId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "preApproved" BOOLEAN NOT NULL,
    "stationId" TEXT,
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "consumedAt" TIMESTAMPTZ(3),
    "consumedFrom" TEXT,
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "EnrollmentToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Enrollment" (
    "id" TEXT NOT NULL,
    "tokenId" TEXT NOT NULL,
    "stationId" TEXT NOT NULL,
    "nonceHash" BYTEA NOT NULL,
    "pollSecretHash" BYTEA,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "deliveredAt" TIMESTAMPTZ(3),

    CONSTRAINT "Enrollment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SigningKey" (
    "kid" TEXT NOT NULL,
    "publicKey" JSONB NOT NULL,
    "sealed" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retiredAt" TIMESTAMPTZ(3),

    CONSTRAINT "SigningKey_pkey" PRIMARY KEY ("kid")
);

-- CreateTable
CREATE TABLE "Command" (
    "id" TEXT NOT NULL,
    "orgId" TEXT NOT NULL,
    "stationId" TEXT NOT NULL,
    "op" TEXT NOT NULL,
    "args" JSONB NOT NULL,
    "actor" TEXT NOT NULL,
    "issuedAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "result" TEXT NOT NULL DEFAULT 'sent',
    "code" TEXT,
    "ackedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Command_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Satellite" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "elementSetId" TEXT NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Satellite_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ElementSet" (
    "id" TEXT NOT NULL,
    "satelliteId" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "omm" JSONB NOT NULL,
    "source" TEXT NOT NULL,
    "epoch" TIMESTAMPTZ(3) NOT NULL,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ElementSet_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ElementSource" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "group" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "etag" TEXT,
    "checkedAt" TIMESTAMPTZ(3),
    "lastResult" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ElementSource_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Campaign" (
    "id" TEXT NOT NULL,
    "orgId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "satellites" TEXT[],
    "stations" TEXT[],
    "minDurationS" INTEGER NOT NULL,
    "minMaxElevation" DOUBLE PRECISION NOT NULL,
    "allowStale" BOOLEAN NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Campaign_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Contact" (
    "id" TEXT NOT NULL,
    "orgId" TEXT NOT NULL,
    "stationId" TEXT NOT NULL,
    "campaignId" TEXT,
    "satelliteId" TEXT NOT NULL,
    "satelliteName" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "aos" TIMESTAMPTZ(3) NOT NULL,
    "tca" TIMESTAMPTZ(3) NOT NULL,
    "los" TIMESTAMPTZ(3) NOT NULL,
    "aosAz" DOUBLE PRECISION NOT NULL,
    "losAz" DOUBLE PRECISION NOT NULL,
    "maxEl" DOUBLE PRECISION NOT NULL,
    "elementsHash" TEXT NOT NULL,
    "elementsEpoch" TIMESTAMPTZ(3) NOT NULL,
    "planSeq" INTEGER,
    "planHash" TEXT,
    "planJws" TEXT,
    "receipt" JSONB,
    "receiptAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Contact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ContactEvent" (
    "id" BIGSERIAL NOT NULL,
    "contactId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "from" TEXT,
    "to" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "actor" TEXT NOT NULL,

    CONSTRAINT "ContactEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Schedule" (
    "orgId" TEXT NOT NULL,
    "madeAt" TIMESTAMPTZ(3) NOT NULL,
    "from" TIMESTAMPTZ(3) NOT NULL,
    "to" TIMESTAMPTZ(3) NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "refused" JSONB NOT NULL,

    CONSTRAINT "Schedule_pkey" PRIMARY KEY ("orgId")
);

-- CreateTable
CREATE TABLE "AuditEvent" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "orgId" TEXT,
    "actorKind" TEXT NOT NULL,
    "actorId" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "targetKind" TEXT,
    "targetId" TEXT,
    "outcome" TEXT NOT NULL,
    "address" TEXT,
    "requestId" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IdempotentAnswer" (
    "id" TEXT NOT NULL,
    "requestHash" BYTEA NOT NULL,
    "status" INTEGER NOT NULL,
    "body" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotentAnswer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Org_slug_key" ON "Org"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE INDEX "Membership_orgId_idx" ON "Membership"("orgId");

-- CreateIndex
CREATE UNIQUE INDEX "Session_secretHash_key" ON "Session"("secretHash");

-- CreateIndex
CREATE INDEX "Session_userId_idx" ON "Session"("userId");

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "SignInLink_tokenHash_key" ON "SignInLink"("tokenHash");

-- CreateIndex
CREATE INDEX "SignInLink_email_idx" ON "SignInLink"("email");

-- CreateIndex
CREATE INDEX "SignInLink_expiresAt_idx" ON "SignInLink"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "DeviceLogin_deviceCodeHash_key" ON "DeviceLogin"("deviceCodeHash");

-- CreateIndex
CREATE UNIQUE INDEX "DeviceLogin_userCodeHash_key" ON "DeviceLogin"("userCodeHash");

-- CreateIndex
CREATE INDEX "DeviceLogin_expiresAt_idx" ON "DeviceLogin"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_keyId_key" ON "ApiToken"("keyId");

-- CreateIndex
CREATE INDEX "ApiToken_userId_idx" ON "ApiToken"("userId");

-- CreateIndex
CREATE INDEX "Station_orgId_status_idx" ON "Station"("orgId", "status");

-- CreateIndex
CREATE UNIQUE INDEX "Station_orgId_name_key" ON "Station"("orgId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "StationKey_keyId_key" ON "StationKey"("keyId");

-- CreateIndex
CREATE INDEX "StationKey_stationId_idx" ON "StationKey"("stationId");

-- CreateIndex
CREATE UNIQUE INDEX "ServiceKey_keyId_key" ON "ServiceKey"("keyId");

-- CreateIndex
CREATE UNIQUE INDEX "EnrollmentToken_keyId_key" ON "EnrollmentToken"("keyId");

-- CreateIndex
CREATE INDEX "EnrollmentToken_orgId_createdAt_idx" ON "EnrollmentToken"("orgId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Enrollment_tokenId_key" ON "Enrollment"("tokenId");

-- CreateIndex
CREATE INDEX "Enrollment_stationId_idx" ON "Enrollment"("stationId");

-- CreateIndex
CREATE INDEX "Command_orgId_issuedAt_idx" ON "Command"("orgId", "issuedAt");

-- CreateIndex
CREATE INDEX "Command_stationId_issuedAt_idx" ON "Command"("stationId", "issuedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Satellite_elementSetId_key" ON "Satellite"("elementSetId");

-- CreateIndex
CREATE INDEX "Satellite_name_idx" ON "Satellite"("name");

-- CreateIndex
CREATE INDEX "ElementSet_satelliteId_epoch_idx" ON "ElementSet"("satelliteId", "epoch");

-- CreateIndex
CREATE UNIQUE INDEX "ElementSet_satelliteId_hash_key" ON "ElementSet"("satelliteId", "hash");

-- CreateIndex
CREATE UNIQUE INDEX "ElementSource_kind_group_key" ON "ElementSource"("kind", "group");

-- CreateIndex
CREATE INDEX "Campaign_orgId_idx" ON "Campaign"("orgId");

-- CreateIndex
CREATE INDEX "Contact_orgId_aos_idx" ON "Contact"("orgId", "aos");

-- CreateIndex
CREATE INDEX "Contact_stationId_aos_idx" ON "Contact"("stationId", "aos");

-- CreateIndex
CREATE INDEX "Contact_state_los_idx" ON "Contact"("state", "los");

-- CreateIndex
CREATE INDEX "ContactEvent_contactId_id_idx" ON "ContactEvent"("contactId", "id");

-- CreateIndex
CREATE INDEX "AuditEvent_orgId_id_idx" ON "AuditEvent"("orgId", "id");

-- CreateIndex
CREATE INDEX "AuditEvent_action_id_idx" ON "AuditEvent"("action", "id");

-- CreateIndex
CREATE INDEX "IdempotentAnswer_createdAt_idx" ON "IdempotentAnswer"("createdAt");

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_orgId_fkey" FOREIGN KEY ("orgId") REFERENCES "Org"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Station" ADD CONSTRAINT "Station_orgId_fkey" FOREIGN KEY ("orgId") REFERENCES "Org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StationKey" ADD CONSTRAINT "StationKey_stationId_fkey" FOREIGN KEY ("stationId") REFERENCES "Station"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EnrollmentToken" ADD CONSTRAINT "EnrollmentToken_orgId_fkey" FOREIGN KEY ("orgId") REFERENCES "Org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Enrollment" ADD CONSTRAINT "Enrollment_tokenId_fkey" FOREIGN KEY ("tokenId") REFERENCES "EnrollmentToken"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Command" ADD CONSTRAINT "Command_orgId_fkey" FOREIGN KEY ("orgId") REFERENCES "Org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Command" ADD CONSTRAINT "Command_stationId_fkey" FOREIGN KEY ("stationId") REFERENCES "Station"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Satellite" ADD CONSTRAINT "Satellite_elementSetId_fkey" FOREIGN KEY ("elementSetId") REFERENCES "ElementSet"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Campaign" ADD CONSTRAINT "Campaign_orgId_fkey" FOREIGN KEY ("orgId") REFERENCES "Org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_orgId_fkey" FOREIGN KEY ("orgId") REFERENCES "Org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_stationId_fkey" FOREIGN KEY ("stationId") REFERENCES "Station"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_campaignId_fkey" FOREIGN KEY ("campaignId") REFERENCES "Campaign"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ContactEvent" ADD CONSTRAINT "ContactEvent_contactId_fkey" FOREIGN KEY ("contactId") REFERENCES "Contact"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Schedule" ADD CONSTRAINT "Schedule_orgId_fkey" FOREIGN KEY ("orgId") REFERENCES "Org"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- From here on by hand: what the schema can only say in a comment (R10, A16).
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_role_check"
  CHECK ("role" IN ('viewer', 'operator', 'manager', 'administrator', 'owner'));
ALTER TABLE "Session" ADD CONSTRAINT "Session_authMethod_check"
  CHECK ("authMethod" IN ('magic_link', 'owner_link'));
ALTER TABLE "SignInLink" ADD CONSTRAINT "SignInLink_kind_check"
  CHECK ("kind" IN ('login', 'owner', 'operator'));
ALTER TABLE "DeviceLogin" ADD CONSTRAINT "DeviceLogin_state_check"
  CHECK ("state" IN ('pending', 'authorized', 'denied', 'consumed'));
ALTER TABLE "Station" ADD CONSTRAINT "Station_status_check"
  CHECK ("status" IN ('pending', 'approved', 'rejected', 'revoked'));
ALTER TABLE "ServiceKey" ADD CONSTRAINT "ServiceKey_service_check"
  CHECK ("service" IN ('svc_director'));
ALTER TABLE "Command" ADD CONSTRAINT "Command_result_check"
  CHECK ("result" IN ('sent', 'accepted', 'rejected', 'done', 'timeout'));
ALTER TABLE "ElementSource" ADD CONSTRAINT "ElementSource_kind_check"
  CHECK ("kind" IN ('celestrak'));
ALTER TABLE "Campaign" ADD CONSTRAINT "Campaign_priority_check"
  CHECK ("priority" BETWEEN 1 AND 10);
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_state_check"
  CHECK ("state" IN (
    'proposed', 'scheduled', 'uploaded', 'prepass', 'tracking', 'completed', 'partial', 'conflicting', 'drifted',
    'missed', 'failed_station', 'failed_system', 'cancelled'
  ));

-- H7: the audit log is append-only. Old rows may be deleted by retention; none may be changed.
CREATE FUNCTION "AuditEvent_refuse_update"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'AuditEvent is append-only: row % cannot be changed', OLD."id" USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER "AuditEvent_append_only" BEFORE UPDATE ON "AuditEvent"
  FOR EACH ROW EXECUTE FUNCTION "AuditEvent_refuse_update"();
