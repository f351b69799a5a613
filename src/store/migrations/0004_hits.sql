-- A hit is an event of an attacker: what a decky tells of itself (decky_mutated) is none.
DELETE FROM hits;
INSERT INTO hits SELECT at / 3600000000 - (at < 0 AND at % 3600000000 != 0) AS hour, decky, count(*)
  FROM events WHERE attacker != 0 GROUP BY hour, decky;
DELETE FROM last_hits;
INSERT INTO last_hits SELECT decky, max(at) FROM events WHERE attacker != 0 GROUP BY decky;
