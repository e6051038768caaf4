;; Begins with one page more than the zone's policy allows.
;; expect: its memory starts with 65 pages, the limit is 64
(module
  (memory (export "memory") 65)
  (func (export "setup"))
  (func (export "handle_update_request")))
