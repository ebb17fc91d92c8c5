namespace MLSeqGraph.Trainers;

/// <summary>How a prediction over a graph is explained.</summary>
public enum GraphExplanationMethod
{
    /// <summary>
    /// GNNExplainer (Ying et al. 2019): learned masks of edges and features with which the network still predicts the same, made small by
    /// a cost of their size and clear by one of their entropy. Importances are 0 to 1.
    /// </summary>
    GnnExplainer,
    /// <summary>
    /// The derivative of the predicted class's logit (of the sum of a regression's outputs) by how much of each edge's messages passes,
    /// and by each feature times that feature; absolute values.
    /// </summary>
    Gradient,
    /// <summary>
    /// The attention of the network's last layer that has any: GAT, GATv2, a graph Transformer, or a network of your own.
    /// </summary>
    Attention,
    /// <summary>
    /// How much the probability of the predicted class changes (the numbers of a regression) where an edge, a feature or all features of a
    /// node are left out, one after another (Zeiler and Fergus 2014). Needs nothing but predictions, also of models
    /// whose files have no gradients. Takes a prediction for each edge, feature and node that there is, as far as they have an effect.
    /// </summary>
    Occlusion,
}
