using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>A deployed model of nodes, graphs or links in a pipeline.</summary>
public abstract class GraphModelTransformer : ModelTransformer
{
    private protected GraphModelTransformer(GraphModel model) : base(model.File.Info, model.File.Bytes) => Model = model;

    internal GraphModel Model { get; }

    /// <inheritdoc/>
    public sealed override ExecutionTarget Target => Model.Target;

    /// <inheritdoc/>
    public sealed override string? FallbackReason => Model.FallbackReason;

    private protected sealed override void Unload() => Model.Dispose();
}
