# Cronbach's alpha of each scale, and Hedges g between two rounds, from an export of rows. Base R only.
#
#   Rscript alpha_and_g.R svar.csv delskalor.csv [earlier round] [later round]
#
# svar.csv and delskalor.csv lie in the zip file that the analyst's page "Microdata" gives (docs/analysis.md).
# svar.sav works too, where the package haven or foreign is installed. Without rounds given, the first two in
# alphabetical order are compared, the last of them as the later one; with one round in the file there is no g.
#
# The same numbers as the project's own (docs/method/reliability.md, change.md):
#   alpha  k/(k-1) (1 - sum of item variances / variance of the sum), people who answered every item, items turned round
#   g      J (m2 - m1) / s, s pooled, J = gamma(v/2) / (sqrt(v/2) gamma((v-1)/2)), v = n1 + n2 - 2, people not linked

read_rows <- function(path, items) {
  if (grepl("\\.sav$", path)) {
    if (requireNamespace("haven", quietly = TRUE)) {
      rows <- as.data.frame(haven::zap_labels(haven::read_sav(path)))  # codes of missing answers become NA
    } else if (requireNamespace("foreign", quietly = TRUE)) {
      rows <- foreign::read.spss(path, to.data.frame = TRUE, use.value.labels = FALSE)
    } else {
      stop("a .sav file needs the package haven or foreign; take the rows out as CSV instead")
    }
  } else {
    rows <- read.csv2(path, fileEncoding = "UTF-8-BOM", check.names = FALSE, colClasses = c(m.round = "character"))
  }
  if (length(absent <- setdiff(items, names(rows))) > 0) {
    stop("the rows have no column ", paste(absent, collapse = ", "), "; do both files come from the same export?")
  }
  rows
}

# People by items, turned round; "vet inte" and the like are missing.
answers_of <- function(rows, scale) {
  answers <- as.matrix(rows[scale$item])
  for (at in seq_along(scale$item)) {
    answers[answers[, at] %in% strsplit(scale$missing[at], " ")[[1]], at] <- NA
  }
  turned <- scale$reversed == 1
  answers[, turned] <- scale$minimum[1] + scale$maximum[1] - answers[, turned]
  answers
}

alpha_of <- function(answers) {
  complete <- answers[rowSums(is.na(answers)) == 0, , drop = FALSE]
  k <- ncol(complete)
  total <- if (nrow(complete) > 1) var(rowSums(complete)) else NA
  if (k < 2 || is.na(total) || total == 0) return(c(n = nrow(complete), alpha = NA))
  c(n = nrow(complete), alpha = k / (k - 1) * (1 - sum(apply(complete, 2, var)) / total))
}

scores_of <- function(answers, scale) {
  if (scale$method[1] == "positive") answers <- 100 * (answers >= scale$positive_from[1])
  answered <- rowSums(!is.na(answers))
  score <- rowMeans(answers, na.rm = TRUE)
  if (scale$method[1] == "sum") score <- score * ncol(answers)
  score[answered < max(1, scale$least_answered[1])] <- NA
  score[!is.na(score)]
}

g_of <- function(before, after) {
  v <- length(before) + length(after) - 2
  if (length(before) < 2 || length(after) < 2) return(NA)
  pooled <- sqrt(((length(before) - 1) * var(before) + (length(after) - 1) * var(after)) / v)
  if (pooled == 0) return(NA)
  (mean(after) - mean(before)) / pooled * exp(lgamma(v / 2) - log(v / 2) / 2 - lgamma((v - 1) / 2))
}

table_of <- function(rows, scales, before, after) {
  lines <- lapply(unique(scales$scale), function(id) {
    scale <- scales[scales$scale == id, ]
    answers <- answers_of(rows, scale)
    now <- rows$m.round == after
    alpha <- alpha_of(answers[now, , drop = FALSE])
    scores <- scores_of(answers[now, , drop = FALSE], scale)
    earlier <- if (is.na(before)) numeric(0) else scores_of(answers[rows$m.round == before, , drop = FALSE], scale)
    data.frame(
      scale = id, n = length(scores), mean = mean(scores), n_alpha = alpha[["n"]], alpha = alpha[["alpha"]],
      n_before = length(earlier), g = g_of(earlier, scores)
    )
  })
  do.call(rbind, lines)
}

main <- function(given) {
  if (length(given) < 2) stop("usage: Rscript alpha_and_g.R svar.csv delskalor.csv [earlier round] [later round]")
  scales <- read.csv2(given[2], fileEncoding = "UTF-8-BOM", colClasses = c(missing = "character"))
  rows <- read_rows(given[1], scales$item)
  if (is.null(rows$m.round)) rows$m.round <- "this round"
  rows$m.round <- trimws(rows$m.round)
  rounds <- sort(unique(rows$m.round))
  before <- if (length(given) > 2) given[3] else if (length(rounds) > 1) rounds[1] else NA
  after <- if (length(given) > 3) given[4] else rounds[min(2, length(rounds))]
  if (length(unknown <- setdiff(c(before[!is.na(before)], after), rounds)) > 0) {
    stop("the rows have no round ", paste(unknown, collapse = ", "), "; they have ", paste(rounds, collapse = ", "))
  }
  options(width = 200)
  cat("round", after, if (!is.na(before)) c("compared with", before), "\n")
  print(table_of(rows, scales, before, after), digits = 10, row.names = FALSE)
}

main(commandArgs(trailingOnly = TRUE))
