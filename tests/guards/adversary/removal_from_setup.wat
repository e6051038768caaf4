;; Ends the zone while it comes into being.
;; at: setup
;; expect: remove_zone: not allowed in setup()
(func $attack (call $remove_zone))
