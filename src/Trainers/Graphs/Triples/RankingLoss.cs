namespace MLSeqGraph.Trainers;

/// <summary>How true answers to (head, relation, ?) and (?, relation, tail) are told from others, by their scores s.</summary>
public enum RankingLoss
{
    /// <summary>
    /// 1-to-all: cross-entropy of the softmax over all entities (Lacroix et al. 2018). Each step reads and updates all vectors.
    /// </summary>
    Softmax,

    /// <summary>Cross-entropy of the softmax over the answer and its negative samples.</summary>
    SampledSoftmax,

    /// <summary>-log σ(s) - Σ p log σ(-s') over negative samples, whose weights p are equal or self-adversarial (Sun et al.
    /// 2019).</summary>
    Logistic,

    /// <summary>Mean of max(0, margin - s + s') over negative samples (Bordes et al. 2013).</summary>
    Margin,

    /// <summary>Mean of -log σ(s - s') over negative samples: Bayesian personalized ranking (Rendle et al. 2009).</summary>
    PairwiseRanking,
}
