namespace MLSeqGraph.Trainers;

/// <summary>How vectors of words are learned.</summary>
public enum WordVectorMethod
{
    /// <summary>A word predicts each word near it (word2vec, Mikolov et al. 2013).</summary>
    SkipGram,
    /// <summary>The mean of the words near it predicts a word (word2vec's CBOW, Mikolov et al. 2013).</summary>
    ContinuousBagOfWords,
    /// <summary>Products of vectors fit the logarithms of how often words stand near each other (Pennington et al. 2014).</summary>
    GloVe,
}

/// <summary>What skip-gram and CBOW minimize.</summary>
public enum WordVectorLoss
{
    /// <summary>The word is told from others drawn at random.</summary>
    NegativeSampling,
    /// <summary>The turns of the word's path in a Huffman tree.</summary>
    HierarchicalSoftmax,
}
