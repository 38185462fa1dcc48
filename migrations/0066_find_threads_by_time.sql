-- Conversations that customers began lately, for the time in which they are answered.
create index note_threads_by_time on note_threads (created_at);
