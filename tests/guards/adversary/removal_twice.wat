;; Ends the zone twice.
;; at: update
;; expect: remove_zone: called twice
(func $attack (call $remove_zone) (call $remove_zone))
