using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

// Trainers that predict edges.
public sealed partial class GraphsCatalog
{
    /// <summary>Whether there is an edge between two nodes.</summary>
    /// <param name="edges">The known edges between the rows of the view.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="network">The encoder; null for a GCN.</param>
    /// <param name="decoder">How two nodes' embeddings become a score.</param>
    /// <param name="epochs">Steps, each over the whole graph.</param>
    public LinkPredictionTrainer LinkPrediction(
        GraphEdgeColumns edges, string featureColumnName = "Features", GraphNetwork? network = null, LinkDecoder decoder = LinkDecoder.DotProduct, int epochs = 200) =>
        Autoencoder(edges, featureColumnName, network, decoder, epochs, isVariational: false);

    /// <summary>Whether there is an edge between two nodes.</summary>
    public LinkPredictionTrainer LinkPrediction(LinkPredictionTrainer.Options options) => new(_ml, options);

    /// <summary>A graph autoencoder (Kipf and Welling 2016): embeddings whose dot products tell the edges.</summary>
    /// <param name="edges">The known edges between the rows of the view.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="network">The encoder; null for a GCN.</param>
    /// <param name="epochs">Steps, each over the whole graph.</param>
    public LinkPredictionTrainer GraphAutoencoder(GraphEdgeColumns edges, string featureColumnName = "Features", GraphNetwork? network = null, int epochs = 200) =>
        Autoencoder(edges, featureColumnName, network, LinkDecoder.DotProduct, epochs, isVariational: false);

    /// <summary>A variational graph autoencoder (Kipf and Welling 2016): a normal distribution for each node, whose draws' dot products tell the edges.</summary>
    /// <param name="edges">The known edges between the rows of the view.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="network">The encoder; null for a GCN.</param>
    /// <param name="epochs">Steps, each over the whole graph.</param>
    public LinkPredictionTrainer VariationalGraphAutoencoder(GraphEdgeColumns edges, string featureColumnName = "Features", GraphNetwork? network = null, int epochs = 200) =>
        Autoencoder(edges, featureColumnName, network, LinkDecoder.DotProduct, epochs, isVariational: true);

    private LinkPredictionTrainer Autoencoder(GraphEdgeColumns edges, string features, GraphNetwork? network, LinkDecoder decoder, int epochs, bool isVariational)
    {
        var options = new LinkPredictionTrainer.Options { Edges = edges, FeatureColumnName = features, Decoder = decoder, Epochs = epochs, IsVariational = isVariational };
        options.Network = network ?? options.Network;
        return new(_ml, options);
    }
}
