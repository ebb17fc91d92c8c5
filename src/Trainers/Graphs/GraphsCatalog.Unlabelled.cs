using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

// Trainers that predict edges, and that embed nodes.
public sealed partial class GraphsCatalog
{
    /// <summary>Predicts whether there is an edge between two nodes.</summary>
    /// <param name="edges">The known edges between the rows of the view.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="network">The encoder; null for a GCN.</param>
    /// <param name="decoder">How two nodes' embeddings become a score.</param>
    /// <param name="epochs">Steps, each over the whole graph.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    public LinkPredictionTrainer LinkPrediction(
        GraphEdgeColumns edges, string featureColumnName = "Features", GraphNetwork? network = null,
            LinkDecoder decoder = LinkDecoder.DotProduct, int epochs = 200, string? nodeIdColumnName = null) =>
        Autoencoder(edges, featureColumnName, network, decoder, epochs, nodeIdColumnName, isVariational: false);

    /// <summary>Predicts whether there is an edge between two nodes.</summary>
    public LinkPredictionTrainer LinkPrediction(LinkPredictionTrainer.Options options) => new(_ml, options);

    /// <summary>A graph autoencoder (Kipf and Welling 2016): embeddings whose dot products predict the edges.</summary>
    /// <param name="edges">The known edges between the rows of the view.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="network">The encoder; null for a GCN.</param>
    /// <param name="epochs">Steps, each over the whole graph.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    public LinkPredictionTrainer GraphAutoencoder(GraphEdgeColumns edges, string featureColumnName = "Features",
        GraphNetwork? network = null, int epochs = 200, string? nodeIdColumnName = null) =>
        Autoencoder(edges, featureColumnName, network, LinkDecoder.DotProduct, epochs, nodeIdColumnName, isVariational: false);

    /// <summary>
    /// A variational graph autoencoder (Kipf and Welling 2016): a normal distribution for each node; dot products of samples predict the
    /// edges.
    /// </summary>
    /// <param name="edges">The known edges between the rows of the view.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="network">The encoder; null for a GCN.</param>
    /// <param name="epochs">Steps, each over the whole graph.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    public LinkPredictionTrainer VariationalGraphAutoencoder(
        GraphEdgeColumns edges, string featureColumnName = "Features", GraphNetwork? network = null, int epochs = 200,
        string? nodeIdColumnName = null) =>
        Autoencoder(edges, featureColumnName, network, LinkDecoder.DotProduct, epochs, nodeIdColumnName, isVariational: true);

    /// <summary>
    /// GraphSAGE without labels (Hamilton et al. 2017, section 3.2): nodes close to each other on short random walks get similar
    /// embeddings. They are computed from features, so that other nodes have embeddings too:
    /// <see cref="LinkPredictionTransformer.EmbedNodes"/>, <see cref="LinkPredictionTransformer.WithGraph"/>.
    /// </summary>
    /// <param name="edges">The edges between the rows of the view.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="network">The encoder; null for GraphSAGE with mean aggregation.</param>
    /// <param name="epochs">Steps, each over the whole graph, with a new walk from every node.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    public LinkPredictionTrainer UnsupervisedGraphSage(GraphEdgeColumns edges, string featureColumnName = "Features",
        GraphNetwork? network = null, int epochs = 100, string? nodeIdColumnName = null) => new(_ml, new()
    {
        Edges = edges,
        FeatureColumnName = featureColumnName,
        NodeIdColumnName = nodeIdColumnName,
        Network = network ?? GraphNetwork.Sage(64, dropout: 0),
        Epochs = epochs,
        Walks = new() { Length = 5 },
    });

    /// <summary>A vector for each node, from random walks (DeepWalk, Perozzi et al. 2014).</summary>
    /// <param name="edges">The edges between the rows of the view.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    /// <param name="embeddingSize">Numbers of a vector.</param>
    /// <param name="epochs">Passes, each of some walks from every node.</param>
    public NodeEmbeddingTrainer DeepWalk(GraphEdgeColumns edges, string? nodeIdColumnName = null, int embeddingSize = 64, int epochs = 5) =>
        NodeEmbedding(new() { Edges = edges, NodeIdColumnName = nodeIdColumnName, EmbeddingSize = embeddingSize, Epochs = epochs });

    /// <summary>
    /// A vector for each node, from random walks biased to stay near their start or to move away (node2vec, Grover and Leskovec
    /// 2016).
    /// </summary>
    /// <param name="edges">The edges between the rows of the view.</param>
    /// <param name="returnParameter">p: above 1, walks return less often.</param>
    /// <param name="inOutParameter">q: below 1, walks go far.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    /// <param name="embeddingSize">Numbers of a vector.</param>
    /// <param name="epochs">Passes, each of some walks from every node.</param>
    public NodeEmbeddingTrainer Node2Vec(GraphEdgeColumns edges, double returnParameter, double inOutParameter,
        string? nodeIdColumnName = null, int embeddingSize = 64, int epochs = 5) => NodeEmbedding(new()
    {
        Edges = edges,
        NodeIdColumnName = nodeIdColumnName,
        EmbeddingSize = embeddingSize,
        Epochs = epochs,
        Walks = new() { Length = 40, ReturnParameter = returnParameter, InOutParameter = inOutParameter },
    });

    /// <summary>A vector for each node, from random walks.</summary>
    public NodeEmbeddingTrainer NodeEmbedding(NodeEmbeddingTrainer.Options options) => new(_ml, options);

    /// <summary>Completes a knowledge graph: TransE, DistMult, ComplEx, RotatE, with or without a graph network.</summary>
    /// <param name="headColumnName">The column of heads.</param>
    /// <param name="relationColumnName">The column of relations, keys; null where there is one kind.</param>
    /// <param name="tailColumnName">The column of tails.</param>
    /// <param name="decoder">How vectors become scores.</param>
    /// <param name="embeddingSize">Numbers of an entity's vector.</param>
    /// <param name="epochs">Passes over the triples.</param>
    public KnowledgeGraphTrainer KnowledgeGraph(string headColumnName = "Head", string? relationColumnName = "Relation",
        string tailColumnName = "Tail", LinkDecoder decoder = LinkDecoder.ComplEx, int embeddingSize = 200, int epochs = 50) =>
        KnowledgeGraph(new()
        {
            HeadColumnName = headColumnName, RelationColumnName = relationColumnName, TailColumnName = tailColumnName,
            Decoder = decoder, EmbeddingSize = embeddingSize, Epochs = epochs,
        });

    /// <summary>Completes a knowledge graph.</summary>
    public KnowledgeGraphTrainer KnowledgeGraph(KnowledgeGraphTrainer.Options options) => new(_ml, options);

    /// <summary>Recommends items to users, from the pairs there are or from ratings: matrix factorization, or LightGCN.</summary>
    /// <param name="userColumnName">The column of users.</param>
    /// <param name="itemColumnName">The column of items.</param>
    /// <param name="ratingColumnName">The column of ratings, Single; null where rows only say that the user has the item.</param>
    /// <param name="network">What makes vectors from learned ones; null for matrix factorization.</param>
    /// <param name="embeddingSize">Numbers of a vector.</param>
    /// <param name="epochs">Passes over the pairs.</param>
    public RecommendationTrainer Recommendation(string userColumnName = "User", string itemColumnName = "Item",
        string? ratingColumnName = null, GraphNetwork? network = null, int embeddingSize = 64, int epochs = 50) => Recommendation(new()
        {
            UserColumnName = userColumnName, ItemColumnName = itemColumnName, RatingColumnName = ratingColumnName, Network = network,
            EmbeddingSize = embeddingSize, Epochs = epochs,
        });

    /// <summary>Recommends items to users.</summary>
    public RecommendationTrainer Recommendation(RecommendationTrainer.Options options) => new(_ml, options);

    private LinkPredictionTrainer Autoencoder(GraphEdgeColumns edges, string features, GraphNetwork? network, LinkDecoder decoder,
        int epochs, string? nodeIds, bool isVariational)
    {
        var options = new LinkPredictionTrainer.Options { Edges = edges, NodeIdColumnName = nodeIds, FeatureColumnName = features,
            Decoder = decoder, Epochs = epochs, IsVariational = isVariational };
        options.Network = network ?? options.Network;
        return new(_ml, options);
    }
}
