using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Skip-gram with negative sampling (Mikolov et al. 2013, equation 4) over the nodes of random walks: an epoch is some walks from every
/// node, whose pairs of close nodes come in random order, each with randomly drawn other nodes, the negative samples.
/// </summary>
internal sealed class SkipGramBatches(RandomWalks walks, NegativeSampler negatives, NodeEmbeddingTrainer.Options options)
{
    internal const string Centers = "centers", Contexts = "contexts", NodeTable = "nodes", ContextTable = "contexts_of_nodes";

    // Number of starts whose walks are in memory at a time.
    private const int StartsAtOnce = 4096;

    private readonly int[] _starts = [.. Enumerable.Range(0, walks.NodeCount).Where(walks.HasNext)];

    /// <summary>Number of nodes that walks start at: those with an edge.</summary>
    internal int StartCount => _starts.Length;

    internal BatchedRows Rows => new(Read, () => null);

    /// <summary>
    /// The loss, the mean over the pairs of -log σ(v · c) - Σ log σ(-v · n), with a center's vector v, its context's c and negative
    /// samples' n.
    /// </summary>
    internal static NetworkOutputs Write(NetworkBuilder network, int nodes, int width, int negatives)
    {
        // [pairs, 1, width]
        var center = network.Lookup(NodeTable, nodes, width, network.Input(Centers, ElementType.Int64, ["pairs", 1]),
            Initializers.Uniform(0.5f / width));
        // [pairs, 1 + negatives, width]
        var others = network.Lookup(ContextTable, nodes, width, network.Input(Contexts, ElementType.Int64, ["pairs", 1 + negatives]),
            Initializers.Zeros);
        // [pairs, 1 + negatives]
        var logits = Op.Squeeze(Op.MatMul(others, Op.Transpose(center, 0, 2, 1)), 2);
        float[] sign = [-1, .. Enumerable.Repeat(1f, negatives)];
        return new(Op.ReduceMean(Op.ReduceSum(Op.Softplus(logits * network.Graph.Vector(sign)), [1]), keepDims: false));
    }

    private IEnumerable<TrainingBatch> Read(int epoch, CancellationToken cancellationToken)
    {
        var random = new Random(unchecked(options.Seed * 1_000_003 + epoch));
        var starts = (int[])_starts.Clone();
        var (size, width) = (options.BatchSize, 1 + options.Negatives);
        long[] batchCenters = new long[size], batchContexts = new long[size * width];
        InputBatch batch = null!;
        batch = new(null, session => session.Feed(Centers, batchCenters, batch.Count, 1),
            session => session.Feed(Contexts, batchContexts, batch.Count, width));
        for (var walk = 0; walk < options.WalksPerNode; walk++)
        {
            random.Shuffle(starts);
            for (var first = 0; first < starts.Length; first += StartsAtOnce)
            {
                var some = starts[first..Math.Min(first + StartsAtOnce, starts.Length)];
                var nodes = walks.Sample(some, random.NextInt64(), cancellationToken: cancellationToken);
                var (centers, contexts) = SkipGram.Pairs(nodes, walks.Length, options.Window, isDynamic: true, random.NextInt64());
                int[] order = [.. Enumerable.Range(0, centers.Length)];
                random.Shuffle(order);
                for (var pair = 0; pair < order.Length; pair += size)
                {
                    batch.Count = Math.Min(size, order.Length - pair);
                    negatives.Sample(batchContexts.AsSpan(0, batch.Count * width), random.NextInt64());
                    for (var i = 0; i < batch.Count; i++)
                        (batchCenters[i], batchContexts[i * width]) = (centers[order[pair + i]], contexts[order[pair + i]]);
                    yield return batch;
                }
            }
        }
    }
}
