-- An uploaded file of users and how far it is.
CREATE TABLE `imports` (
    `id` VARCHAR(64) NOT NULL,
    `state` VARCHAR(16) NOT NULL,
    `is_dry_run` BOOLEAN NOT NULL,
    `delivery` VARCHAR(24) NOT NULL,
    `created_by` VARCHAR(64) NOT NULL,
    `request_key` VARCHAR(64),
    `request_hash` VARCHAR(64),
    `error` VARCHAR(64),
    `row_count` INTEGER NOT NULL DEFAULT 0,
    `created` INTEGER NOT NULL DEFAULT 0,
    `updated` INTEGER NOT NULL DEFAULT 0,
    `unchanged` INTEGER NOT NULL DEFAULT 0,
    `failed` INTEGER NOT NULL DEFAULT 0,
    `lease_id` VARCHAR(64),
    `leased_until` DATETIME(3),
    `created_at` DATETIME(3) NOT NULL,
    `started_at` DATETIME(3),
    `finished_at` DATETIME(3),
    PRIMARY KEY (`id`),
    UNIQUE KEY `imports_request_key_key` (`request_key`),
    KEY `imports_state_created_at_idx` (`state`, `created_at`),
    KEY `imports_created_by_created_at_idx` (`created_by`, `created_at`),
    KEY `imports_created_at_idx` (`created_at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

-- Without a reference to `imports`: a hundred thousand checks of one and the same row would only cost time.
CREATE TABLE `import_rows` (
    `import_id` VARCHAR(64) NOT NULL,
    `line` INTEGER NOT NULL,
    `state` VARCHAR(16) NOT NULL,
    `cells` MEDIUMTEXT,
    `email_key` VARCHAR(64),
    `field` VARCHAR(64),
    `reason` VARCHAR(64),
    `message` VARCHAR(200),
    PRIMARY KEY (`import_id`, `line`),
    KEY `import_rows_import_id_state_line_idx` (`import_id`, `state`, `line`),
    KEY `import_rows_import_id_email_key_idx` (`import_id`, `email_key`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;
