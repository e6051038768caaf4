;; Each call clears as many locals as a frame may have, which no instruction names.
;; expect: out of fuel
;; policy: fuel=50000000
;; locals: 499
(func $big LOCALS)
(func $attack (loop $again (call $big) (br $again)))
