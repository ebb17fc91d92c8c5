using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Skip-gram with negative sampling (Mikolov et al. 2013, equation 4) over the nodes of random walks: an epoch is some walks from every
/// node, whose pairs of close nodes come in random order, each with randomly drawn other nodes, the negative samples.
/// </summary>
internal sealed class SkipGramBatches(RandomWalks walks, NegativeSampler negatives, NodeEmbeddingTrainer.Options options) : ITrainingData
{
    internal const string Centers = "centers", Contexts = "contexts", NodeTable = "nodes", ContextTable = "contexts_of_nodes";

    // Number of starts whose walks are in memory at a time.
    private const int StartsAtOnce = 4096;

    private readonly int[] _starts = [.. Enumerable.Range(0, walks.NodeCount).Where(walks.HasNext)];

    /// <summary>Number of nodes that walks start at: those with an edge.</summary>
    internal int StartCount => _starts.Length;

    public long? BatchCount => null;

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

    public IEnumerable<TrainingBatch> ReadEpoch(int epoch, CancellationToken cancellationToken)
    {
        var random = new Random(unchecked(options.Seed * 1_000_003 + epoch));
        var starts = (int[])_starts.Clone();
        var batch = new Batch(options.BatchSize, 1 + options.Negatives);
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
                for (var pair = 0; pair < order.Length; pair += batch.Size)
                {
                    batch.Fill(order.AsSpan(pair, Math.Min(batch.Size, order.Length - pair)), centers, contexts, negatives,
                        random.NextInt64());
                    yield return batch;
                }
            }
        }
    }

    public IEnumerable<TrainingBatch>? ReadValidation(CancellationToken cancellationToken) => null;

    private sealed class Batch(int size, int width) : TrainingBatch
    {
        private readonly long[] _centers = new long[size], _contexts = new long[size * width];
        private int _count;

        internal int Size => size;

        public override int Examples => _count;

        internal void Fill(ReadOnlySpan<int> pairs, int[] centers, int[] contexts, NegativeSampler negatives, long seed)
        {
            _count = pairs.Length;
            negatives.Sample(_contexts.AsSpan(0, _count * width), seed);
            for (var i = 0; i < _count; i++)
                (_centers[i], _contexts[i * width]) = (centers[pairs[i]], contexts[pairs[i]]);
        }

        public override void FeedTo(TrainingSession session)
        {
            session.Feed(Centers, _centers, _count, 1);
            session.Feed(Contexts, _contexts, _count, width);
        }
    }
}
