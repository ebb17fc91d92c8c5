using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Scores sequences with a deployed model; there is nothing to train.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>No</description></item>
/// <item><term>Input column data type</term><description>For tokens a vector of keys, Int32 or Int64; for real-valued steps a vector of
/// Single, steps × features</description></item>
/// <item><term>Output columns</term><description>As <see cref="SequenceScoringTransformer"/> lists them</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.OnnxRuntime or
/// Microsoft.ML.OnnxRuntime.Gpu</description></item>
/// </list>
/// </remarks>
public sealed class SequenceScoringEstimator : IEstimator<SequenceScoringTransformer>
{
    private readonly ModelFile _file;
    private readonly ModelInput _input;
    private readonly SequenceScoringOptions _options;

    internal SequenceScoringEstimator(ModelFile file, string? inputColumnName, SequenceScoringOptions? options)
    {
        _file = file.Of(ModelRows.Sequences);
        _input = inputColumnName is null ? file.Info.Input : file.Info.Input with { Column = inputColumnName };
        _options = (options ?? new SequenceScoringOptions()).Checked();
    }

    /// <summary>What the model's metadata says.</summary>
    public ModelInfo Info => _file.Info;

    /// <summary>Loads the model. No row is read.</summary>
    /// <exception cref="ArgumentException">The input column is missing or not what the model reads.</exception>
    /// <exception cref="InvalidDataException">The model's inputs or outputs are not those its metadata promises.</exception>
    /// <exception cref="Onnx.OnnxFileException">ONNX Runtime can't load the model.</exception>
    /// <exception cref="Onnx.ExecutionTargetException">The target can't be used.</exception>
    public SequenceScoringTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new SequenceScoringTransformer(_file, _options, ModelInput.Of(ScoringInput.Bind(input.Schema, _input)));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input column is missing or not what the model reads.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (var read in _file.Info.Sides.Prepend(_input))
            ScoringInput.Check(inputSchema, read);
        // In an old file only the model itself says whether a regression has one output or several.
        int width = _file.Info.Task == ModelTask.Regression ? _file.ScoreWidth()
            : _file.Info.Task == ModelTask.Span ? _file.Info.Task.LabelWidth()
            : _file.Info.Labels?.Count + _file.Info.Task.ScoresBeside() ?? 1;
        return inputSchema.With(_file.Info.Columns(width).Added);
    }
}
