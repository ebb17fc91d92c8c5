using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

// Networks of systems whose parts act on each other.
public abstract partial record GraphNetwork
{
    /// <summary>
    /// Encode, process, decode: the learned simulator of particles (Sanchez-Gonzalez et al. 2020, "GNS") and meshes (Pfaff et al. 2021,
    /// "MeshGraphNets"). Perceptrons encode nodes and edges, each layer (<see cref="Layers.Interaction"/>) updates the states of both, and
    /// a perceptron decodes the nodes' ones. Without features of edges, their first states come from those of the ends.
    /// </summary>
    /// <param name="hidden">Features of the states and of all perceptrons.</param>
    /// <param name="layers">Number of layers: how many edges far a node sees.</param>
    /// <param name="dropout">Dropout of the states that are decoded.</param>
    /// <param name="normalize">Whether results of perceptrons are normalized, as in the papers.</param>
    public static GraphNetwork EncodeProcessDecode(int hidden = 64, int layers = 3, float dropout = 0, bool normalize = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        return new WrittenNetwork("encode-process-decode network", (x, channels) =>
        {
            var network = x.Network;
            var h = Encoded(x.Features, "node_encoder");
            var e = Encoded(x.EdgeFeatures ?? x.Edges.Sources(x.Features) - x.Edges.Targets(x.Features), "edge_encoder");
            for (var layer = 0; layer < layers; layer++)
                (h, e) = network.Interaction(x.Edges, h, e, new() { Normalize = normalize });
            return network.Linear(network.Dropout(h, dropout), channels, name: "decoder");

            Value Encoded(Value rows, string name)
            {
                using (network.Scope(name))
                {
                    var inner = Op.Relu(network.Linear(rows, hidden, name: "hidden"));
                    var y = network.Linear(inner, hidden, name: "output");
                    return normalize ? network.LayerNorm(y, name: "norm") : y;
                }
            }
        });
    }

    /// <summary>
    /// Neural relational inference (Kipf et al. 2018): learns from series of nodes alone which of the given edges there are, such as those
    /// of all pairs (<see cref="Transforms.NeighborGraph.AllPairs"/>), by predicting the next steps with the edges it infers. An encoder
    /// (<see cref="Layers.RelationEncoder"/>) gives each edge a distribution over kinds, from which one is drawn
    /// (<see cref="Layers.GumbelSoftmax"/>), and a decoder (<see cref="Layers.RelationDecoder"/>) goes on from every
    /// <see cref="RelationalInferenceOptions.PredictionSteps"/>-th step. The loss gets the divergence of the edges from their prior.
    /// </summary>
    /// <remarks>
    /// For <see cref="GraphNodeRegressionTrainer"/> with <see cref="GraphNodeRegressionTrainer.Options.FeaturesPerStep"/>: the features of
    /// a node are its steps, the targets all steps but the first. <see cref="NetworkTrainerOptions.OutputAttention"/> gives the
    /// probability of each edge, 1 less that of the first kind.
    /// </remarks>
    /// <param name="options">What it is made of.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static GraphNetwork RelationalInference(RelationalInferenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return new WrittenNetwork("relational inference", options.Write, Outputs: true);
    }
}
