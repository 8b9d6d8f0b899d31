-- Whoever exports what is kept about a person reads their events; anybody may do so for themselves, as often as they like.
CREATE INDEX "outbox_events_user_id_position_idx" ON "outbox_events" ("user_id", "position");
