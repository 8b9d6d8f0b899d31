-- Who did what to whom (DESIGN section 8). Entries are chained by their hashes, one chain for each organisation.
CREATE TABLE `audit_chains` (
    `chain` VARCHAR(64) NOT NULL,
    `sequence` BIGINT NOT NULL DEFAULT 0,
    `hash` VARCHAR(64) NOT NULL,
    `removed_sequence` BIGINT NOT NULL DEFAULT 0,
    `removed_hash` VARCHAR(64),
    PRIMARY KEY (`chain`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

CREATE TABLE `audit_entries` (
    `chain` VARCHAR(64) NOT NULL,
    `sequence` BIGINT NOT NULL,
    `id` VARCHAR(64) NOT NULL,
    `occurred_at` DATETIME(3) NOT NULL,
    `action` VARCHAR(64) NOT NULL,
    `actor_type` VARCHAR(16) NOT NULL,
    `actor_id` VARCHAR(255) NOT NULL,
    `impersonator_id` VARCHAR(64),
    `target_type` VARCHAR(32) NOT NULL,
    `target_id` VARCHAR(255),
    `request_id` VARCHAR(64),
    `state_before` MEDIUMTEXT,
    `state_after` MEDIUMTEXT,
    `personal` MEDIUMTEXT,
    `personal_digest` VARCHAR(64),
    `previous_hash` VARCHAR(64) NOT NULL,
    `hash` VARCHAR(64) NOT NULL,
    PRIMARY KEY (`chain`, `sequence`),
    UNIQUE KEY `audit_entries_id_key` (`id`),
    KEY `audit_entries_chain_id_idx` (`chain`, `id`),
    KEY `audit_entries_target_id_id_idx` (`target_id`, `id`),
    KEY `audit_entries_actor_id_id_idx` (`actor_id`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

-- Append-only, whoever writes. What may go is the personal part of an entry, when the person is erased, and the oldest
-- entries of a chain once its head says that they are removed. TRUNCATE asks no trigger here: it takes the right to drop.
CREATE TRIGGER `audit_entries_stay_as_they_are` BEFORE UPDATE ON `audit_entries` FOR EACH ROW
BEGIN
    IF NOT (NEW.`personal` IS NULL AND NEW.`chain` = OLD.`chain` AND NEW.`sequence` = OLD.`sequence` AND NEW.`id` = OLD.`id`
        AND NEW.`occurred_at` = OLD.`occurred_at` AND NEW.`action` = OLD.`action` AND NEW.`actor_type` = OLD.`actor_type`
        AND NEW.`actor_id` = OLD.`actor_id` AND NEW.`impersonator_id` <=> OLD.`impersonator_id`
        AND NEW.`target_type` = OLD.`target_type` AND NEW.`target_id` <=> OLD.`target_id`
        AND NEW.`request_id` <=> OLD.`request_id` AND NEW.`state_before` <=> OLD.`state_before`
        AND NEW.`state_after` <=> OLD.`state_after` AND NEW.`personal_digest` <=> OLD.`personal_digest`
        AND NEW.`previous_hash` = OLD.`previous_hash` AND NEW.`hash` = OLD.`hash`) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit entries are append-only';
    END IF;
END;

CREATE TRIGGER `audit_entries_stay` BEFORE DELETE ON `audit_entries` FOR EACH ROW
BEGIN
    IF NOT EXISTS (SELECT 1 FROM `audit_chains` c WHERE c.`chain` = OLD.`chain` AND c.`removed_sequence` >= OLD.`sequence`) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit entries are append-only';
    END IF;
END;
