using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>A small problem: y = w·x + b with noise, learned by a network of one hidden layer with dropout, or by a linear one.</summary>
internal sealed class Regression : ITrainingData
{
    internal const int Features = 3;
    private readonly float[][] _x, _validationX;
    private readonly float[] _y, _validationY;
    private readonly int _batchSize, _seed;

    internal Regression(int rows, int batchSize, int validationRows = 0, int seed = 1)
    {
        var random = new Random(seed);
        (_x, _y) = Rows(random, rows);
        (_validationX, _validationY) = Rows(random, validationRows);
        (_batchSize, _seed) = (batchSize, seed);
    }

    /// <summary>Called before each training batch with the epoch and the batch's number in it, from 0.</summary>
    internal Action<int, int>? OnBatch { get; init; }

    /// <summary>Whether the loop is told how many batches there are.</summary>
    internal bool TellsCount { get; init; } = true;

    /// <summary>What the labels of a batch are made.</summary>
    internal Func<int, int, float, float> Label { get; init; } = (_, _, y) => y;

    public long? BatchCount => TellsCount ? (_x.Length + _batchSize - 1) / _batchSize : null;

    public IEnumerable<TrainingBatch> ReadEpoch(int epoch, CancellationToken cancellationToken)
    {
        var order = Enumerable.Range(0, _x.Length).ToArray();
        new Random(_seed * 1000 + epoch).Shuffle(order);
        var batch = 0;
        foreach (var chosen in order.Chunk(_batchSize))
        {
            OnBatch?.Invoke(epoch, batch);
            yield return new Batch([.. chosen.SelectMany(row => _x[row])], [.. chosen.Select(row => Label(epoch, batch, _y[row]))]);
            batch++;
        }
    }

    public IEnumerable<TrainingBatch>? ReadValidation(CancellationToken cancellationToken) => _validationX.Length == 0
        ? null
        : Enumerable.Range(0, _validationX.Length).Chunk(_batchSize)
            .Select(chosen => new Batch([.. chosen.SelectMany(row => _validationX[row])], [.. chosen.Select(row => _validationY[row])]));

    /// <summary>Mean squared error; reports the squared error also as a sum with a count, and as a share of small errors.</summary>
    internal static NetworkOutputs Linear(NetworkBuilder network) => Outputs(network, x =>
        Op.MatMul(x, network.Parameter("weight", [Features, 1], Initializers.GlorotUniform))
            + network.Parameter("bias", [1], Initializers.Zeros));

    /// <summary>The same with a hidden layer and dropout.</summary>
    internal static NetworkOutputs Hidden(NetworkBuilder network) => Outputs(network, x =>
    {
        var hidden = Op.Tanh(Op.MatMul(x, network.Parameter("hidden", [Features, 8], Initializers.GlorotUniform))
            + network.Parameter("hidden_bias", [8], Initializers.Zeros, decays: false));
        return Op.MatMul(network.Dropout(hidden, 0.2f), network.Parameter("weight", [8, 1], Initializers.GlorotUniform));
    });

    internal static float[] Weights(TrainingModel model) => [.. model.Parameters.All.SelectMany(parameter => parameter.Value.As<float>())];

    private static NetworkOutputs Outputs(NetworkBuilder network, Func<Value, Value> predict)
    {
        var x = network.Input("x", ElementType.Float, ["batch", Features]);
        var y = network.Input("y", ElementType.Float, ["batch"]);
        var error = Op.Squeeze(predict(x), 1) - y;
        var square = error * error;
        var isClose = Op.Cast(Op.Less(Op.Abs(error), error.Graph.Scalar(0.1f)), ElementType.Float);
        var count = Op.ReduceSum(Op.Filled(1f, square.Shape, square), keepDims: false);
        return new(Op.ReduceMean(square, keepDims: false),
            ("close/sum", Op.ReduceSum(isClose, keepDims: false)), ("close/count", count),
                ("squared/sum", Op.ReduceSum(square, keepDims: false)), ("error", Op.ReduceMean(Op.Abs(error), keepDims: false)));
    }

    private static (float[][], float[]) Rows(Random random, int count)
    {
        var x = Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, Features).Select(_ => random.NextSingle() * 2 - 1).ToArray())
            .ToArray();
        return (x, [.. x.Select(row => 0.5f * row[0] - 0.8f * row[1] + 0.3f * row[2] + 0.1f + 0.01f * random.NextSingle())]);
    }

    internal sealed class Batch(float[] x, float[] y) : TrainingBatch
    {
        internal float[] X => x;

        internal float[] Y => y;

        public override int Examples => y.Length;

        public override void FeedTo(TrainingSession session)
        {
            session.Feed("x", x, y.Length, Features);
            session.Feed("y", y, y.Length);
        }
    }
}
