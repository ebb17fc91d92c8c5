using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Makes a <see cref="NodeScoringTransformer"/> of a model; there is nothing to train.</summary>
public sealed class NodeScoringEstimator : IEstimator<NodeScoringTransformer>
{
    private readonly ModelFile _file;
    private readonly GraphEdgeColumns _edges;
    private readonly ExecutionTarget _target;
    private readonly string _featureColumn;
    private readonly string? _idColumn;

    internal NodeScoringEstimator(ModelFile file, GraphEdgeColumns edges, string? idColumn, string? featureColumn, ExecutionTarget? target)
    {
        (_file, _edges, _idColumn, _target) = (file.Of(ModelRows.Nodes), edges, idColumn, target ?? ExecutionTarget.Cpu());
        _featureColumn = featureColumn ?? Info.Input.Column;
    }

    /// <summary>What the model's metadata says.</summary>
    public ModelInfo Info => _file.Info;

    /// <summary>Loads the model. No row is read.</summary>
    /// <exception cref="ArgumentException">A column is missing or not what the model reads.</exception>
    /// <exception cref="OnnxFileException">ONNX Runtime can't load the model.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public NodeScoringTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new NodeScoringTransformer(new(_file, _target), _edges, _featureColumn, _idColumn, input);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireNodeFeatures(_featureColumn);
        if (_idColumn is not null)
            inputSchema.RequireNodeIds(_idColumn);
        foreach (var side in Info.Sides)
            ScoringInput.Check(inputSchema, side);
        return inputSchema.With(Info.Columns().Added);
    }
}
