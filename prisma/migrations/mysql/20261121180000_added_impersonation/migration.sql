-- A platform admin who acts as a user, until it ends.
CREATE TABLE `impersonations` (
    `id` VARCHAR(64) NOT NULL,
    `user_id` VARCHAR(64) NOT NULL,
    `admin_user_id` VARCHAR(64) NOT NULL,
    `reason` VARCHAR(500),
    `started_at` DATETIME(3) NOT NULL,
    `expires_at` DATETIME(3) NOT NULL,
    `ended_at` DATETIME(3),
    PRIMARY KEY (`id`),
    KEY `impersonations_user_id_ended_at_idx` (`user_id`, `ended_at`),
    KEY `impersonations_admin_user_id_ended_at_idx` (`admin_user_id`, `ended_at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

-- What verifies their tokens, whichever replica signed them.
CREATE TABLE `signing_keys` (
    `kid` VARCHAR(64) NOT NULL,
    `public_jwk` MEDIUMTEXT NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `used_until` DATETIME(3) NOT NULL,
    `expires_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`kid`),
    KEY `signing_keys_expires_at_idx` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

-- Events name both.
ALTER TABLE `outbox_events` ADD COLUMN `impersonator_id` VARCHAR(64);
