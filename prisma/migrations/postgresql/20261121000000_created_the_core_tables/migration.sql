-- Strings sort and compare by their bytes (COLLATE "C"), as they do on MySQL and MariaDB.

-- CreateTable
CREATE TABLE "users" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "external_id" VARCHAR(255) COLLATE "C",
    "email" VARCHAR(320) COLLATE "C" NOT NULL,
    "email_canonical" VARCHAR(320) COLLATE "C" NOT NULL,
    "display_name" VARCHAR(200) COLLATE "C" NOT NULL,
    "search_text" VARCHAR(1000) COLLATE "C" NOT NULL,
    "user_type" VARCHAR(16) COLLATE "C" NOT NULL,
    "status" VARCHAR(16) COLLATE "C" NOT NULL,
    "phone" VARCHAR(32) COLLATE "C",
    "locale" VARCHAR(35) COLLATE "C",
    "time_zone" VARCHAR(64) COLLATE "C",
    "preferred_channel" VARCHAR(8) COLLATE "C" NOT NULL DEFAULT 'email',
    "identity_state" VARCHAR(16) COLLATE "C" NOT NULL DEFAULT 'none',
    "identity_error" VARCHAR(64) COLLATE "C",
    "version" BIGINT NOT NULL DEFAULT 1,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "practitioner_profiles" (
    "user_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "registration_council" VARCHAR(100) COLLATE "C",
    "registration_number" VARCHAR(100) COLLATE "C",
    "title" VARCHAR(50) COLLATE "C",
    "speciality" VARCHAR(100) COLLATE "C",
    "qualifications" VARCHAR(1000) COLLATE "C",
    "valid_from" DATE,
    "valid_until" DATE,

    CONSTRAINT "practitioner_profiles_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "patient_accounts" (
    "user_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "clinical_patient_id" VARCHAR(64) COLLATE "C",

    CONSTRAINT "patient_accounts_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "organisations" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "name" VARCHAR(200) COLLATE "C" NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "organisations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "products" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "product_key" VARCHAR(64) COLLATE "C" NOT NULL,
    "name" VARCHAR(200) COLLATE "C" NOT NULL,
    "description" VARCHAR(500) COLLATE "C" NOT NULL DEFAULT '',
    "version" BIGINT NOT NULL DEFAULT 1,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "products_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "roles" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "role_key" VARCHAR(64) COLLATE "C" NOT NULL,
    "name" VARCHAR(200) COLLATE "C" NOT NULL,
    "description" VARCHAR(500) COLLATE "C" NOT NULL DEFAULT '',
    "organisation_id" VARCHAR(64) COLLATE "C",
    "scope" VARCHAR(64) COLLATE "C" NOT NULL,
    "is_system" BOOLEAN NOT NULL DEFAULT false,
    "version" BIGINT NOT NULL DEFAULT 1,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "roles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "registered_permissions" (
    "permission" VARCHAR(150) COLLATE "C" NOT NULL,
    "service_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "description" VARCHAR(500) COLLATE "C" NOT NULL,
    "seeded_description" VARCHAR(500) COLLATE "C",
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "registered_permissions_pkey" PRIMARY KEY ("permission")
);

-- CreateTable
CREATE TABLE "role_permissions" (
    "role_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "permission" VARCHAR(150) COLLATE "C" NOT NULL,

    CONSTRAINT "role_permissions_pkey" PRIMARY KEY ("role_id","permission")
);

-- CreateTable
CREATE TABLE "org_memberships" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "user_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "organisation_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "role_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "expires_at" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "org_memberships_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product_access" (
    "membership_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "product_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "product_access_pkey" PRIMARY KEY ("membership_id","product_id")
);

-- CreateTable
CREATE TABLE "outbox_events" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "position" BIGSERIAL NOT NULL,
    "sequence" BIGINT,
    "type" VARCHAR(64) COLLATE "C" NOT NULL,
    "user_id" VARCHAR(64) COLLATE "C",
    "organisation_id" VARCHAR(64) COLLATE "C",
    "actor_type" VARCHAR(16) COLLATE "C" NOT NULL,
    "actor_id" VARCHAR(255) COLLATE "C" NOT NULL,
    "version" BIGINT,
    "payload" TEXT NOT NULL,
    "occurred_at" TIMESTAMP(3) NOT NULL,
    "published_at" TIMESTAMP(3),

    CONSTRAINT "outbox_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "request_hash" VARCHAR(64) COLLATE "C" NOT NULL,
    "response_status" INTEGER,
    "response_body" TEXT,
    "response_etag" VARCHAR(64) COLLATE "C",
    "locked_until" TIMESTAMP(3) NOT NULL,
    "expires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "platform_state" (
    "name" VARCHAR(32) COLLATE "C" NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,

    CONSTRAINT "platform_state_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "mock_accounts" (
    "subject" VARCHAR(64) COLLATE "C" NOT NULL,
    "email" VARCHAR(320) COLLATE "C" NOT NULL,
    "email_canonical" VARCHAR(320) COLLATE "C" NOT NULL,
    "email_verified" BOOLEAN NOT NULL,
    "display_name" VARCHAR(200) COLLATE "C",
    "phone" VARCHAR(32) COLLATE "C",
    "password_hash" VARCHAR(255) COLLATE "C",
    "must_change_password" BOOLEAN NOT NULL DEFAULT false,
    "blocked" BOOLEAN NOT NULL DEFAULT false,
    "user_id" VARCHAR(64) COLLATE "C",
    "claims" TEXT,
    "sessions_valid_from" TIMESTAMP(3) NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mock_accounts_pkey" PRIMARY KEY ("subject")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_external_id_key" ON "users"("external_id");

-- CreateIndex
CREATE UNIQUE INDEX "users_email_canonical_key" ON "users"("email_canonical");

-- CreateIndex
CREATE INDEX "users_created_at_id_idx" ON "users"("created_at", "id");

-- CreateIndex
CREATE INDEX "users_status_type_created_at_id_idx" ON "users"("status", "user_type", "created_at", "id");

-- CreateIndex
CREATE INDEX "users_type_created_at_id_idx" ON "users"("user_type", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_accounts_clinical_patient_id_key" ON "patient_accounts"("clinical_patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "products_product_key_key" ON "products"("product_key");

-- CreateIndex
CREATE INDEX "roles_organisation_id_idx" ON "roles"("organisation_id");

-- CreateIndex
CREATE UNIQUE INDEX "roles_scope_role_key_key" ON "roles"("scope", "role_key");

-- CreateIndex
CREATE INDEX "registered_permissions_service_id_idx" ON "registered_permissions"("service_id");

-- CreateIndex
CREATE INDEX "role_permissions_permission_idx" ON "role_permissions"("permission");

-- CreateIndex
CREATE INDEX "org_memberships_organisation_user_idx" ON "org_memberships"("organisation_id", "user_id");

-- CreateIndex
CREATE INDEX "org_memberships_role_organisation_idx" ON "org_memberships"("role_id", "organisation_id");

-- CreateIndex
CREATE UNIQUE INDEX "org_memberships_user_organisation_role_key" ON "org_memberships"("user_id", "organisation_id", "role_id");

-- CreateIndex
CREATE INDEX "product_access_product_id_idx" ON "product_access"("product_id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_events_position_key" ON "outbox_events"("position");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_events_sequence_key" ON "outbox_events"("sequence");

-- CreateIndex
CREATE INDEX "outbox_events_published_at_sequence_idx" ON "outbox_events"("published_at", "sequence");

-- CreateIndex
CREATE INDEX "idempotency_keys_expires_at_idx" ON "idempotency_keys"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "mock_accounts_email_canonical_key" ON "mock_accounts"("email_canonical");

-- CreateIndex
CREATE UNIQUE INDEX "mock_accounts_user_id_key" ON "mock_accounts"("user_id");

-- AddForeignKey
ALTER TABLE "practitioner_profiles" ADD CONSTRAINT "practitioner_profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "patient_accounts" ADD CONSTRAINT "patient_accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "roles" ADD CONSTRAINT "roles_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "role_permissions" ADD CONSTRAINT "role_permissions_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "roles"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "role_permissions" ADD CONSTRAINT "role_permissions_permission_fkey" FOREIGN KEY ("permission") REFERENCES "registered_permissions"("permission") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "org_memberships" ADD CONSTRAINT "org_memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "org_memberships" ADD CONSTRAINT "org_memberships_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisations"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "org_memberships" ADD CONSTRAINT "org_memberships_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "roles"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "product_access" ADD CONSTRAINT "product_access_membership_id_fkey" FOREIGN KEY ("membership_id") REFERENCES "org_memberships"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "product_access" ADD CONSTRAINT "product_access_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "products"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Rows that exist to be locked.
INSERT INTO platform_state (name, version) VALUES ('permission_registry', 1), ('platform_admins', 1), ('relay', 1), ('seeders', 1);
