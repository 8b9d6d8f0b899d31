-- utf8mb4_nopad_bin (MariaDB) and utf8mb4_0900_bin (MySQL 8) compare byte by byte without padding; the conditional
-- comments pick the one that the server has. Every table gets it: `users:read` is not `users:Read`.

CREATE TABLE `users` (
    `id` VARCHAR(64) NOT NULL,
    `external_id` VARCHAR(255),
    `email` VARCHAR(320) NOT NULL,
    `email_canonical` VARCHAR(320) NOT NULL,
    `display_name` VARCHAR(200) NOT NULL,
    `search_text` VARCHAR(1000) NOT NULL,
    `user_type` VARCHAR(16) NOT NULL,
    `status` VARCHAR(16) NOT NULL,
    `phone` VARCHAR(32),
    `locale` VARCHAR(35),
    `time_zone` VARCHAR(64),
    `preferred_channel` VARCHAR(8) NOT NULL DEFAULT 'email',
    `identity_state` VARCHAR(16) NOT NULL DEFAULT 'none',
    `identity_error` VARCHAR(64),
    `version` BIGINT NOT NULL DEFAULT 1,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `users_external_id_key` (`external_id`),
    UNIQUE KEY `users_email_canonical_key` (`email_canonical`),
    KEY `users_created_at_id_idx` (`created_at`, `id`),
    KEY `users_status_type_created_at_id_idx` (`status`, `user_type`, `created_at`, `id`),
    KEY `users_type_created_at_id_idx` (`user_type`, `created_at`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `practitioner_profiles` (
    `user_id` VARCHAR(64) NOT NULL,
    `registration_council` VARCHAR(100),
    `registration_number` VARCHAR(100),
    `title` VARCHAR(50),
    `speciality` VARCHAR(100),
    `qualifications` VARCHAR(1000),
    `valid_from` DATE,
    `valid_until` DATE,
    PRIMARY KEY (`user_id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `patient_accounts` (
    `user_id` VARCHAR(64) NOT NULL,
    `clinical_patient_id` VARCHAR(64),
    PRIMARY KEY (`user_id`),
    UNIQUE KEY `patient_accounts_clinical_patient_id_key` (`clinical_patient_id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `organisations` (
    `id` VARCHAR(64) NOT NULL,
    `name` VARCHAR(200) NOT NULL,
    `version` BIGINT NOT NULL DEFAULT 1,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `products` (
    `id` VARCHAR(64) NOT NULL,
    `product_key` VARCHAR(64) NOT NULL,
    `name` VARCHAR(200) NOT NULL,
    `description` VARCHAR(500) NOT NULL DEFAULT '',
    `version` BIGINT NOT NULL DEFAULT 1,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `products_product_key_key` (`product_key`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `roles` (
    `id` VARCHAR(64) NOT NULL,
    `role_key` VARCHAR(64) NOT NULL,
    `name` VARCHAR(200) NOT NULL,
    `description` VARCHAR(500) NOT NULL DEFAULT '',
    `organisation_id` VARCHAR(64),
    `scope` VARCHAR(64) NOT NULL,
    `is_system` BOOLEAN NOT NULL DEFAULT false,
    `version` BIGINT NOT NULL DEFAULT 1,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    KEY `roles_organisation_id_idx` (`organisation_id`),
    UNIQUE KEY `roles_scope_role_key_key` (`scope`, `role_key`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `registered_permissions` (
    `permission` VARCHAR(150) NOT NULL,
    `service_id` VARCHAR(64) NOT NULL,
    `description` VARCHAR(500) NOT NULL,
    `seeded_description` VARCHAR(500),
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`permission`),
    KEY `registered_permissions_service_id_idx` (`service_id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `role_permissions` (
    `role_id` VARCHAR(64) NOT NULL,
    `permission` VARCHAR(150) NOT NULL,
    PRIMARY KEY (`role_id`,`permission`),
    KEY `role_permissions_permission_idx` (`permission`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `org_memberships` (
    `id` VARCHAR(64) NOT NULL,
    `user_id` VARCHAR(64) NOT NULL,
    `organisation_id` VARCHAR(64) NOT NULL,
    `role_id` VARCHAR(64) NOT NULL,
    `expires_at` DATETIME(3),
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    KEY `org_memberships_organisation_user_idx` (`organisation_id`, `user_id`),
    KEY `org_memberships_role_organisation_idx` (`role_id`, `organisation_id`),
    UNIQUE KEY `org_memberships_user_organisation_role_key` (`user_id`, `organisation_id`, `role_id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `product_access` (
    `membership_id` VARCHAR(64) NOT NULL,
    `product_id` VARCHAR(64) NOT NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    PRIMARY KEY (`membership_id`,`product_id`),
    KEY `product_access_product_id_idx` (`product_id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `outbox_events` (
    `id` VARCHAR(64) NOT NULL,
    `position` BIGINT NOT NULL AUTO_INCREMENT,
    `sequence` BIGINT,
    `type` VARCHAR(64) NOT NULL,
    `user_id` VARCHAR(64),
    `organisation_id` VARCHAR(64),
    `actor_type` VARCHAR(16) NOT NULL,
    `actor_id` VARCHAR(255) NOT NULL,
    `version` BIGINT,
    `payload` MEDIUMTEXT NOT NULL,
    `occurred_at` DATETIME(3) NOT NULL,
    `published_at` DATETIME(3),
    PRIMARY KEY (`id`),
    UNIQUE KEY `outbox_events_position_key` (`position`),
    UNIQUE KEY `outbox_events_sequence_key` (`sequence`),
    KEY `outbox_events_published_at_sequence_idx` (`published_at`, `sequence`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `idempotency_keys` (
    `id` VARCHAR(64) NOT NULL,
    `request_hash` VARCHAR(64) NOT NULL,
    `response_status` INT,
    `response_body` MEDIUMTEXT,
    `response_etag` VARCHAR(64),
    `locked_until` DATETIME(3) NOT NULL,
    `expires_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    KEY `idempotency_keys_expires_at_idx` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `platform_state` (
    `name` VARCHAR(32) NOT NULL,
    `version` BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `mock_accounts` (
    `subject` VARCHAR(64) NOT NULL,
    `email` VARCHAR(320) NOT NULL,
    `email_canonical` VARCHAR(320) NOT NULL,
    `email_verified` BOOLEAN NOT NULL,
    `display_name` VARCHAR(200),
    `phone` VARCHAR(32),
    `password_hash` VARCHAR(255),
    `must_change_password` BOOLEAN NOT NULL DEFAULT false,
    `blocked` BOOLEAN NOT NULL DEFAULT false,
    `user_id` VARCHAR(64),
    `claims` MEDIUMTEXT,
    `sessions_valid_from` DATETIME(3) NOT NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    PRIMARY KEY (`subject`),
    UNIQUE KEY `mock_accounts_email_canonical_key` (`email_canonical`),
    UNIQUE KEY `mock_accounts_user_id_key` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

ALTER TABLE `practitioner_profiles` ADD CONSTRAINT `practitioner_profiles_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE RESTRICT;

ALTER TABLE `patient_accounts` ADD CONSTRAINT `patient_accounts_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE RESTRICT;

ALTER TABLE `roles` ADD CONSTRAINT `roles_organisation_id_fkey` FOREIGN KEY (`organisation_id`) REFERENCES `organisations`(`id`) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE `role_permissions` ADD CONSTRAINT `role_permissions_role_id_fkey` FOREIGN KEY (`role_id`) REFERENCES `roles`(`id`) ON DELETE CASCADE ON UPDATE RESTRICT;

ALTER TABLE `role_permissions` ADD CONSTRAINT `role_permissions_permission_fkey` FOREIGN KEY (`permission`) REFERENCES `registered_permissions`(`permission`) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE `org_memberships` ADD CONSTRAINT `org_memberships_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE RESTRICT;

ALTER TABLE `org_memberships` ADD CONSTRAINT `org_memberships_organisation_id_fkey` FOREIGN KEY (`organisation_id`) REFERENCES `organisations`(`id`) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE `org_memberships` ADD CONSTRAINT `org_memberships_role_id_fkey` FOREIGN KEY (`role_id`) REFERENCES `roles`(`id`) ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE `product_access` ADD CONSTRAINT `product_access_membership_id_fkey` FOREIGN KEY (`membership_id`) REFERENCES `org_memberships`(`id`) ON DELETE CASCADE ON UPDATE RESTRICT;

ALTER TABLE `product_access` ADD CONSTRAINT `product_access_product_id_fkey` FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Rows that exist to be locked.
INSERT INTO platform_state (name, version) VALUES ('permission_registry', 1), ('platform_admins', 1), ('relay', 1), ('seeders', 1);
