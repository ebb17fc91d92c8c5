using static TorchSharp.torch;

namespace MLSeqGraph.Bench.Peer;

/// <summary>One measured piece of work in one formulation.</summary>
internal abstract class Work
{
    /// <summary>Does it. The tensor it returns, a training step's loss or the result, is the same in every formulation.</summary>
    internal abstract Tensor Run();

    /// <summary>Whether a run changes what the next one computes.</summary>
    internal virtual bool IsTraining => false;
}

/// <summary>A training step: forward, loss, backward and Adam, all parameters in one fused call.</summary>
internal sealed class TrainingWork(Func<Tensor> loss, IEnumerable<TorchSharp.Modules.Parameter> parameters) : Work
{
    private readonly FusedAdam _optimizer = new([.. parameters]);

    internal override bool IsTraining => true;

    internal override Tensor Run()
    {
        var value = loss();
        value.backward();
        _optimizer.Step(1e-3);
        return value;
    }
}

/// <summary>A result computed without gradients.</summary>
internal sealed class InferenceWork(Func<Tensor> compute) : Work
{
    internal override Tensor Run()
    {
        using var inference = inference_mode();
        return compute();
    }
}
