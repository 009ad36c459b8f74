# Golden numbers of what customers do after an answer: golden_behaviour_r.csv. By hand, where R is:
#   Rscript tests/golden/behaviour.R > tests/golden/golden_behaviour_r.csv
# Debian: r-base-core r-cran-survival. Written with R 4.2.2 and survival 3.5.
library(survival)
num <- function(x) ifelse(is.na(x), "nan", sprintf("%.17g", x))
cat("test,input,other,conf,results\n")
row <- function(test, input, other, conf, results)
  cat(test, paste(input, collapse = "|"), paste(other, collapse = "|"), conf,
      paste(num(results), collapse = "|"), sep = ",")
out <- function(...) { row(...); cat("\n") }

# Wilson: part, whole -> low, high
for (conf in c(0.9, 0.95, 0.99))
  for (pair in list(c(0, 1), c(1, 1), c(0, 10), c(10, 10), c(1, 10), c(5, 10), c(12, 80), c(250, 1000), c(1, 100000)))
    out("wilson", pair, "", conf, suppressWarnings(prop.test(pair[1], pair[2], conf.level = conf, correct = FALSE)$conf.int))

# Katz, and Koopman: events, n, other events, other n -> low, high
koopman <- function(a, n, b, m, ratio) {
  B <- (n + b) * ratio + a + m
  q <- 2 * (a + b) / (B + sqrt(B^2 - 4 * (n + m) * ratio * (a + b)))
  part <- function(x, n, p) if (abs(x - n * p) < 1e-12) 0 else (x - n * p)^2 / (n * p * (1 - p))
  part(a, n, ratio * q) + part(b, m, q)
}
solve_for <- function(cells, limit, from, to)
  exp(uniroot(function(r) koopman(cells[1], cells[2], cells[3], cells[4], exp(r)) - limit, c(log(from), log(to)), tol = 1e-14)$root)
for (conf in c(0.9, 0.95)) {
  z <- qnorm((1 + conf) / 2)
  for (cells in list(c(12, 80, 5, 100), c(1, 10, 1, 1000), c(10, 10, 3, 10), c(40, 50, 50, 50))) {
    ratio <- (cells[1] / cells[2]) / (cells[3] / cells[4])
    se <- sqrt(1 / cells[1] - 1 / cells[2] + 1 / cells[3] - 1 / cells[4])
    out("katz", cells, "", conf, c(exp(log(ratio) - z * se), exp(log(ratio) + z * se)))
  }
  out("koopman", c(0, 20, 5, 40), "", conf, c(0, solve_for(c(0, 20, 5, 40), z^2, 0.001, 30)))
  out("koopman", c(4, 20, 0, 40), "", conf, c(solve_for(c(4, 20, 0, 40), z^2, 0.01, 1e5), Inf))
  out("koopman", c(8, 8, 12, 12), "", conf, c(solve_for(c(8, 8, 12, 12), z^2, 0.1, 0.999999), solve_for(c(8, 8, 12, 12), z^2, 1.000001, 10)))
}

# Cochran-Armitage: events; n, scores 0, 1, ... -> slope, z^2, p
for (case in list(list(c(9, 8, 5, 3, 2), c(20, 25, 30, 30, 40)), list(c(1, 2, 3), c(10, 10, 10)), list(c(0, 0, 1), c(5, 5, 5)), list(c(5, 3), c(9, 12)))) {
  score <- seq_along(case[[1]]) - 1
  test <- suppressWarnings(prop.trend.test(case[[1]], case[[2]], score))
  slope <- coef(lm(case[[1]] / case[[2]] ~ score, weights = case[[2]]))[2]
  out("trend", case[[1]], case[[2]], 0.95, c(slope, test$statistic, test$p.value))
}

# Rank correlation: x; y -> coefficient, p
set.seed(6)
pairs <- list(list(c(1, 2, 3, 4, 5), c(2, 1, 4, 3, 5)), list(c(0, 0, 5, 5, 10, 10), c(1, 1, 1, 2, 2, 9)),
  list(c(10, 9, 8, 7, 0), c(1, 2, 3, 5, 4)), list(sample(0:10, 60, TRUE), round(rexp(60, 0.02))),
  { x <- sample(0:10, 300, TRUE); list(x, pmax(0, round(x * 3 + rnorm(300, 0, 20)))) })
for (case in pairs) for (method in c("kendall", "spearman")) {
  test <- cor.test(case[[1]], case[[2]], method = method, exact = FALSE)
  out(method, case[[1]], case[[2]], 0.95, c(test$estimate, test$p.value))
}

# Student's t: amounts -> mean, sd, low, high
for (conf in c(0.5, 0.9, 0.95, 0.999)) for (x in list(c(1, 2), c(0, 0, 7.5), c(10, 12, 9, 30, 11.25), pairs[[5]][[2]])) {
  test <- t.test(x, conf.level = conf)
  out("mean", x, "", conf, c(mean(x), sd(x), test$conf.int))
}

# Kaplan-Meier: times; events -> time, at risk, events, survival, low, high of each time with an event
curves <- list(list(c(6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35), c(1, 1, 1, 1, 1, 1, 1, 1, 1, rep(0, 12))),
  list(c(1, 2, 3, 4), c(1, 1, 1, 1)), list(c(5, 5, 5, 8), c(1, 0, 1, 0)), list(c(3), c(1)),
  list(sample(1:40, 80, TRUE), rbinom(80, 1, 0.6)))
for (conf in c(0.9, 0.95)) for (case in curves) {
  fit <- survfit(Surv(case[[1]], case[[2]]) ~ 1, conf.type = "log-log", conf.int = conf)
  seen <- fit$n.event > 0
  out("survival", case[[1]], case[[2]], conf, t(cbind(fit$time, fit$n.risk, fit$n.event, fit$surv, fit$lower, fit$upper)[seen, , drop = FALSE]))
}

# Log-rank: times / groups; events -> statistic, degrees, p
for (case in list(
  list(c(6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35, 1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23),
       c(rep(1, 9), rep(0, 12), rep(1, 21)), rep(0:1, each = 21)),
  list(sample(1:30, 90, TRUE), rbinom(90, 1, 0.5), rep(0:2, 30)),
  list(c(1, 2, 3, 4, 9, 9), c(1, 1, 1, 0, 0, 0), c(0, 0, 1, 1, 1, 1)))) {
  test <- survdiff(Surv(case[[1]], case[[2]]) ~ case[[3]])
  degrees <- length(test$n) - 1
  out("log_rank", paste(case[[1]], case[[3]], sep = "/"), case[[2]], 0.95, c(test$chisq, degrees, pchisq(test$chisq, degrees, lower.tail = FALSE)))
}

# McNemar: one way, other way -> statistic, p, exact p
for (pair in list(c(3, 1), c(5, 5), c(0, 1), c(30, 12), c(200, 260)))
  out("mcnemar", pair, "", 0.95, c(unlist(mcnemar.test(matrix(c(9, pair[1], pair[2], 9), 2), correct = FALSE)[c("statistic", "p.value")]), binom.test(pair[1], sum(pair))$p.value))
# Bowker; Stuart and Maxwell as the Cochran-Mantel-Haenszel test with a stratum for each customer: a 3 x 3 table,
# before x after, by rows -> statistic, degrees, p
for (cells in list(c(10, 3, 2, 4, 20, 5, 1, 6, 49), c(1, 8, 2, 1, 5, 9, 3, 2, 30), c(40, 20, 11, 6, 30, 25, 4, 9, 55))) {
  x <- matrix(cells, 3, byrow = TRUE)
  out("bowker", cells, "", 0.95, unlist(mcnemar.test(x)[c("statistic", "parameter", "p.value")]))
  each <- do.call(rbind, lapply(1:9, function(i) matrix(rep(c((i - 1) %/% 3 + 1, (i - 1) %% 3 + 1), cells[i]), ncol = 2, byrow = TRUE)))
  strata <- array(0, c(2, 3, nrow(each)))
  for (i in seq_len(nrow(each))) { strata[1, each[i, 1], i] <- 1; strata[2, each[i, 2], i] <- 1 }
  out("stuart_maxwell", cells, "", 0.95, unlist(mantelhaen.test(strata)[c("statistic", "parameter", "p.value")]))
}

# BCa: resamples; leave-one-out estimates -> low, high, for the estimate 10
set.seed(7)
for (conf in c(0.9, 0.95)) {
  x <- round(rgamma(12, 2, 0.2), 2); x <- x - mean(x) + 10
  jack <- sapply(seq_along(x), function(i) mean(x[-i]))
  resampled <- replicate(200, mean(sample(x, replace = TRUE)))
  z0 <- qnorm((sum(resampled < 10) + sum(resampled == 10) / 2) / 200)
  a <- sum((mean(jack) - jack)^3) / (6 * sum((mean(jack) - jack)^2)^1.5)
  z <- qnorm((1 + conf) / 2) * c(-1, 1)
  out("bca", sprintf("%.17g", resampled), sprintf("%.17g", jack), conf, quantile(resampled, pnorm(z0 + (z0 + z) / (1 - a * (z0 + z))), type = 7))
}
