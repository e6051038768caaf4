;; Memory starts with the limit of pages at most.
;; expect: the guard cannot be used: its memory starts with 65 pages, the limit is 64
(module
  (memory (export "memory") 65)
  (func (export "setup"))
  (func (export "handle_update_request")))
