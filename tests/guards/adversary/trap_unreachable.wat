;; Says itself that it cannot go on.
;; expect: trap: unreachable
(func $attack (unreachable))
