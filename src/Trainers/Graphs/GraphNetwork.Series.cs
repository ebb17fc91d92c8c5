using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

// Networks of places that are observed over time.
public abstract partial record GraphNetwork
{
    /// <summary>
    /// A series of each node, read by a sequence network with the same weights for all nodes, and a graph network over the vectors that it
    /// makes: signals of regions of a brain, of sensors, of stations. For every trainer of nodes and graphs, with sampled neighbors where
    /// the graph network allows it.
    /// </summary>
    /// <remarks>
    /// A node's features are its steps, those of one step behind those of the one before; all nodes have as many steps. All steps share
    /// their units (<see cref="GraphTrainerOptions.Standardize"/>). The vector is what <see cref="Pooling.Last"/> takes of the sequence
    /// network: its own summary, or the last step.
    /// </remarks>
    /// <param name="series">The network that reads each node's series; [time, nodes, featuresPerStep] for it.</param>
    /// <param name="network">The network over the vectors of the nodes.</param>
    /// <param name="featuresPerStep">Numbers of a step.</param>
    /// <param name="steps">
    /// Steps of a series, where further features stand behind them, or further inputs of a node are put there: these go beside the
    /// vector. Null, the default, where all features are steps.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The sequence network reads tokens, images or further inputs, or is <see cref="SequenceNetwork.MiniRocket"/>, which needs a trainer
    /// of sequences; or the graph network reads the series itself (<see cref="RelationalInference"/>).
    /// </exception>
    public static GraphNetwork OverSeries(SequenceNetwork series, GraphNetwork network, int featuresPerStep = 1, int? steps = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(featuresPerStep, 1);
        if (steps is { } count)
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(steps));
        return new SeriesGraphNetwork(series, network, featuresPerStep, steps).Checked();
    }

    /// <summary>
    /// Diffusion over connections that are learned with the other weights (Wu et al. 2019, "Graph WaveNet"), for a set of places that is
    /// always the same, such as sensors, with edges or without: each layer h + ReLU([h, A h, .., Aᴷ h] W + b), with the learned adjacency
    /// A (<see cref="Layers.LearnedAdjacency"/>), and the steps along the given edges in both directions beside these where asked for.
    /// </summary>
    /// <remarks>
    /// <see cref="NetworkTrainerOptions.OutputAttention"/> gives what is learned: for each edge of a row how much its target reads of its
    /// source. A row with all pairs (<see cref="Transforms.NeighborGraph.AllPairs"/>) shows the whole adjacency but for its diagonal.
    /// </remarks>
    /// <param name="options">What it is made of.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static GraphNetwork LearnedGraph(LearnedGraphOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return new LearnedGraphNetwork(options);
    }

    /// <summary>
    /// Forecasts of places that are always the same: a network, and beside it a linear function of the places' last values with weights
    /// of their own for each pair of places (<see cref="Layers.Autoregression"/>), so that the network has only the rest to explain, as
    /// in LSTNet (Lai et al. 2018). For trainers of numbers for each node; those with a label for each graph refuse it.
    /// </summary>
    /// <remarks>
    /// The first <see cref="AutoregressiveGraphOptions.Steps"/> features of a node are its last values, in any order that is always the
    /// same; further features behind them are for the network alone. The output layer is part of it: there are no further inputs, and no
    /// vector in front of the outputs.
    /// </remarks>
    /// <param name="network">The network over all features of the nodes, such as <see cref="Transformer"/>.</param>
    /// <param name="options">What is put beside it.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of its range, or the network writes outputs itself, pools graphs, or is for another number of nodes.
    /// </exception>
    public static GraphNetwork Autoregressive(GraphNetwork network, AutoregressiveGraphOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return new AutoregressiveGraphNetwork(network, options).Checked();
    }

    /// <summary>
    /// Diffusion convolutions (Li et al. 2018, "DCRNN"): each layer h + ReLU([h, P h, .., Pᴷ h, R h, .., Rᴷ h] W + b), with means along
    /// the edges and against them.
    /// </summary>
    /// <param name="hidden">Features of the layers.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="steps">K, how many edges far a layer sees.</param>
    /// <param name="dropout">Dropout of the input and of every layer's result.</param>
    public static GraphNetwork Diffusion(int hidden = 32, int layers = 2, int steps = 2, float dropout = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return new WrittenNetwork("diffusion convolutions", (x, channels) =>
        {
            var network = x.Network;
            var h = network.Linear(network.Dropout(x.Features, dropout), hidden, name: "input");
            for (var layer = 0; layer < layers; layer++)
                h += network.Dropout(Op.Relu(network.Diffusion(x.Edges, h, hidden, steps)), dropout);
            return network.Linear(h, channels, name: "output");
        }, PositiveWeights: true);
    }

    /// <summary>How many numbers a step has where features are steps, and how many steps, null for all; null where they aren't.</summary>
    internal virtual (int FeaturesPerStep, int? Steps)? SeriesFeatures => null;
}
