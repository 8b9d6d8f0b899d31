-- Temporary passwords end, and links that were mailed are known by their hash only.
ALTER TABLE `mock_accounts`
    ADD COLUMN `temporary_password_expires_at` DATETIME(3),
    ADD COLUMN `reset_token_hash` VARCHAR(64),
    ADD COLUMN `reset_token_expires_at` DATETIME(3),
    ADD COLUMN `verify_token_hash` VARCHAR(64),
    ADD COLUMN `verify_token_expires_at` DATETIME(3),
    ADD UNIQUE KEY `mock_accounts_reset_token_hash_key` (`reset_token_hash`),
    ADD UNIQUE KEY `mock_accounts_verify_token_hash_key` (`verify_token_hash`);

-- A table of its own: wrong passwords are counted for addresses without an account as well.
CREATE TABLE `mock_sign_in_failures` (
    `email_key` VARCHAR(64) NOT NULL,
    `failures` INTEGER NOT NULL,
    `last_failed_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`email_key`),
    KEY `mock_sign_in_failures_last_failed_at_idx` (`last_failed_at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `mock_mails` (
    `id` BIGINT NOT NULL AUTO_INCREMENT,
    `recipient_key` VARCHAR(64) NOT NULL,
    `sealed` MEDIUMTEXT NOT NULL,
    `sent_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`id`),
    KEY `mock_mails_recipient_key_idx` (`recipient_key`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
