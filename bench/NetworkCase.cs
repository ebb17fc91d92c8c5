using Google.Protobuf;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Bench;

/// <summary>One whole training step of a network, or one inference.</summary>
internal abstract class NetworkCase(bool train) : ICase
{
    private TrainingSession? _session;
    private OnnxSession? _deployed;
    private IReadOnlyDictionary<string, TensorData>? _inputs;

    public abstract Cost Cost { get; }

    public void Setup(int threads)
    {
        var model = TrainingModel.Build(Train, new Adam());
        if (train)
        {
            _session = new TrainingSession(model, ExecutionTarget.Cpu(threads));
            return;
        }
        var network = new NetworkBuilder(model.Parameters, NetworkMode.Deployment);
        network.Graph.Output("logits", Logits(network));
        ConstantFolding.Fold(network.Graph);
        _deployed = OnnxSession.LoadWithKernels(OnnxWriter.Write(network.Graph).ToByteArray(), ExecutionTarget.Cpu(threads));
        _inputs = Inputs;
    }

    public void Run()
    {
        if (_deployed is not null)
        {
            _deployed.Run(_inputs!);
            return;
        }
        Feed(_session!);
        _session!.Step(1e-3f);
    }

    public void Dispose()
    {
        _session?.Dispose();
        _deployed?.Dispose();
    }

    /// <summary>Declares the inputs and writes the network up to its logits.</summary>
    protected abstract Value Logits(NetworkBuilder network);

    /// <summary>The same with labels and loss.</summary>
    protected abstract NetworkOutputs Train(NetworkBuilder network);

    /// <summary>The inputs of an inference.</summary>
    protected abstract IReadOnlyDictionary<string, TensorData> Inputs { get; }

    /// <summary>The batch of a training step.</summary>
    protected abstract void Feed(TrainingSession session);

    protected static float[] RandomFloats(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
    }

    protected static long[] Classes(int count, int classes) => [.. Enumerable.Range(0, count).Select(i => (long)(i * 7 % classes))];
}

/// <summary>A classifier of random sequences of features.</summary>
internal abstract class ClassifierCase(int batch, int steps, int features, int classes, bool train) : NetworkCase(train)
{
    private readonly float[] _x = RandomFloats(batch * steps * features);
    private readonly long[] _y = Classes(batch, classes);

    /// <summary>The logits [batch, classes] of x [batch, time, features].</summary>
    protected abstract Value Logits(NetworkBuilder network, Value x);

    protected override Value Logits(NetworkBuilder network) =>
        Logits(network, network.Input("x", ElementType.Float, ["batch", "time", features]));

    protected override NetworkOutputs Train(NetworkBuilder network)
    {
        var logits = Logits(network);
        var y = network.Input("y", ElementType.Int64, ["batch"]);
        var ofLabels = Op.ReduceSum(Op.LogSoftmax(logits) * Op.OneHot(y, classes), [1], keepDims: false);
        return new(Op.Neg(Op.ReduceMean(ofLabels, keepDims: false)));
    }

    protected override IReadOnlyDictionary<string, TensorData> Inputs =>
        new Dictionary<string, TensorData> { ["x"] = TensorData.Create(_x, batch, steps, features) };

    protected override void Feed(TrainingSession session)
    {
        session.Feed<float>("x", _x, batch, steps, features);
        session.Feed<long>("y", _y, batch);
    }
}
