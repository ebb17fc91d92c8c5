namespace MLSeqGraph.Onnx;

/// <summary>The gradients of a step in host memory, between the step's two parts. What is written here is what the update reads.</summary>
internal sealed class StepGradients
{
    private readonly float[] _all;
    private readonly int _dense;

    internal StepGradients(float[] all, int dense, RowGradients[] tables) => (_all, _dense, Tables) = (all, dense, tables);

    /// <summary>Gradients of all flat vectors of parameters, and after them the new running averages.</summary>
    internal Span<float> All => _all;

    /// <summary>Gradients of all flat vectors of parameters.</summary>
    internal Span<float> Dense => _all.AsSpan(0, _dense);

    /// <summary>The running averages after the step.</summary>
    internal Span<float> Statistics => _all.AsSpan(_dense);

    /// <summary>Gradients of the tables of which a step reads single rows.</summary>
    internal RowGradients[] Tables { get; }
}
