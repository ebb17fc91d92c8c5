using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

// Clusters of nodes and their missing attributes.
public sealed partial class GraphsCatalog
{
    /// <summary>Finds clusters of nodes from edges and features, without labels (DMoN, Tsitsulin et al. 2020).</summary>
    /// <param name="edges">The edges between the rows of the view.</param>
    /// <param name="clusters">The most clusters that are found.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="network">The network; null for a GCN.</param>
    /// <param name="epochs">Steps, each over the whole graph.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    public NodeClusteringTrainer NodeClustering(GraphEdgeColumns edges, int clusters, string featureColumnName = "Features",
        GraphNetwork? network = null, int epochs = 200, string? nodeIdColumnName = null)
    {
        var options = new NodeClusteringTrainer.Options { Edges = edges, Clusters = clusters, FeatureColumnName = featureColumnName,
            Epochs = epochs, NodeIdColumnName = nodeIdColumnName };
        options.Network = network ?? options.Network;
        return NodeClustering(options);
    }

    /// <summary>Finds clusters of nodes from edges and features, without labels.</summary>
    public NodeClusteringTrainer NodeClustering(NodeClusteringTrainer.Options options) => new(_ml, options);

    /// <summary>
    /// Fills in missing attributes of nodes, NaN in the column of features, by the nodes' other attributes and those of their neighbors.
    /// </summary>
    /// <param name="edges">The edges between the rows of the view.</param>
    /// <param name="featureColumnName">The column of features.</param>
    /// <param name="network">The network; null for a GraphSAGE.</param>
    /// <param name="epochs">Steps, each over the whole graph with other attributes hidden.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    public NodeImputationTrainer NodeImputation(GraphEdgeColumns edges, string featureColumnName = "Features", GraphNetwork? network = null,
        int epochs = 200, string? nodeIdColumnName = null)
    {
        var options = new NodeImputationTrainer.Options { Edges = edges, FeatureColumnName = featureColumnName, Epochs = epochs,
            NodeIdColumnName = nodeIdColumnName };
        options.Network = network ?? options.Network;
        return NodeImputation(options);
    }

    /// <summary>Fills in missing attributes of nodes.</summary>
    public NodeImputationTrainer NodeImputation(NodeImputationTrainer.Options options) => new(_ml, options);

    /// <summary>
    /// Communities of large modularity, from the edges alone (Louvain, Blondel et al. 2008): the view with the community of each node, a
    /// key, the largest community first. Edges count as undirected; their number isn't given but found.
    /// </summary>
    /// <param name="nodes">A node per row.</param>
    /// <param name="edges">The edges between the rows of the view.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    /// <param name="outputColumnName">The column of communities.</param>
    /// <param name="resolution">Above 1 for smaller communities, below for larger ones.</param>
    /// <param name="seed">Seed of the order in which nodes move.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">There are no nodes, a row isn't an edge between them, or a weight is below 0.</exception>
    public IDataView Louvain(IDataView nodes, GraphEdgeColumns edges, string? nodeIdColumnName = null,
        string outputColumnName = "PredictedLabel", double resolution = 1, int seed = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        if (!double.IsFinite(resolution) || resolution <= 0)
            throw new ArgumentOutOfRangeException(nameof(resolution), resolution, "Expected a number above 0.");
        return ClusterColumn.Add(nodes, outputColumnName,
            Transforms.Louvain.Find(Read(nodes, edges, nodeIdColumnName, cancellationToken), resolution, seed, cancellationToken));
    }

    /// <summary>
    /// How many more edges are inside of clusters than chance would put there, as a share of all (Newman 2004): -0.5 to 1, 0 for one
    /// cluster of everything.
    /// </summary>
    /// <param name="nodes">A node per row, with its cluster.</param>
    /// <param name="edges">The edges between the rows of the view, which count as undirected.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    /// <param name="clusterColumnName">The column of clusters, keys.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">There are no nodes, a row isn't an edge between them, or a cluster is missing.</exception>
    public double Modularity(IDataView nodes, GraphEdgeColumns edges, string? nodeIdColumnName = null,
        string clusterColumnName = "PredictedLabel")
    {
        ArgumentNullException.ThrowIfNull(nodes);
        return Transforms.Louvain.Modularity(Read(nodes, edges, nodeIdColumnName, default), ClusterColumn.Read(nodes, clusterColumnName));
    }

    private static WeightedNeighbors Read(IDataView nodes, GraphEdgeColumns edges, string? ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(edges);
        var read = NodeIds.Read(nodes, ids);
        return read.Count == 0 ? throw new InvalidDataException("The view of nodes has no rows; expected at least one node.")
            : WeightedNeighbors.Of(NodeGraph.Read(edges, read, cancellationToken));
    }
}
