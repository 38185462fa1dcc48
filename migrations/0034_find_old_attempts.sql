create index attempts_by_time on attempts (made_at);
