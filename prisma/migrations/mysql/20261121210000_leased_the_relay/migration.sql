-- The relay's lease, the fence it publishes under, and the newest number: retention may take the newest event away.
CREATE TABLE `relay_state` (
    `id` VARCHAR(64) NOT NULL,
    `sequence` BIGINT NOT NULL DEFAULT 0,
    `fence` BIGINT NOT NULL DEFAULT 0,
    `leased_until` DATETIME(3),
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*!80000 utf8mb4_0900_bin *//*M! utf8mb4_nopad_bin */;

INSERT INTO relay_state (id, sequence) SELECT UUID(), COALESCE(MAX(sequence), 0) FROM outbox_events;
DELETE FROM platform_state WHERE name = 'relay';

-- A revocation goes before what waits already; an event that can't be published is parked, so that others flow.
ALTER TABLE `outbox_events`
    ADD COLUMN `is_urgent` BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN `publish_attempts` INT NOT NULL DEFAULT 0,
    ADD COLUMN `parked_at` DATETIME(3);

CREATE INDEX `outbox_events_sequence_position_idx` ON `outbox_events` (`sequence`, `position`);
CREATE INDEX `outbox_events_is_urgent_sequence_position_idx` ON `outbox_events` (`is_urgent`, `sequence`, `position`);
CREATE INDEX `outbox_events_parked_at_idx` ON `outbox_events` (`parked_at`);
