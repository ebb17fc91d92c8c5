using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Makes a <see cref="GraphScoringTransformer"/> of a model; there is nothing to train.</summary>
public sealed class GraphScoringEstimator : IEstimator<GraphScoringTransformer>
{
    private readonly ModelFile _file;
    private readonly GraphColumns _columns;
    private readonly ExecutionTarget _target;
    private readonly BadRows _badRows;
    private readonly Action<string>? _log;

    internal GraphScoringEstimator(ModelFile file, GraphColumns? columns, ExecutionTarget? target, BadRows badRows,
        Action<string>? log)
    {
        (_file, _target, _badRows, _log) = (file.Of(ModelRows.Graphs), target ?? ExecutionTarget.Cpu(), badRows, log);
        _columns = columns ?? new GraphColumns { NodeFeaturesColumnName = Info.Input.Column };
    }

    /// <summary>What the model's metadata says.</summary>
    public ModelInfo Info => _file.Info;

    /// <summary>Loads the model. No row is read.</summary>
    /// <exception cref="ArgumentException">A column is missing or not what the model reads.</exception>
    /// <exception cref="OnnxFileException">ONNX Runtime can't load the model.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public GraphScoringTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new GraphScoringTransformer(new(_file, _target), _columns, _badRows, _log);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireGraph(_columns);
        foreach (var side in Info.Sides)
            ScoringInput.Check(inputSchema, side);
        return inputSchema.With(Info.Columns().Added);
    }
}
