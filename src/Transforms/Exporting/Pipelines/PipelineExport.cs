using Microsoft.ML;
using Microsoft.ML.Transforms;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Exports whole pipelines around a model, and compares their files with them.</summary>
internal static class PipelineExport
{
    /// <summary>Largest difference of a score from the pipeline's, relative to max(1, |score|).</summary>
    internal const double Tolerance = 1e-6;

    private const int MostRows = 500;

    /// <summary>The bytes of the file.</summary>
    /// <param name="pipeline">The fitted pipeline.</param>
    /// <param name="rows">Rows of its input, on the first of which the file is compared with it.</param>
    /// <param name="options">How it is written.</param>
    internal static byte[] ToBytes(ITransformer pipeline, IDataView rows, OnnxExportOptions? options)
    {
        var fitted = new FittedPipeline(pipeline, rows.Schema);
        foreach (var stage in fitted.AfterModel)
            if (stage.Transformer is not KeyToValueMappingTransformer)
                throw new NotSupportedException(
                    $"Behind the model stands a {stage.Transformer.GetType().Name}, which the file can't do: only MapKeyToValue of "
                    + "the predicted label is known to it. Leave it out of the pipeline that is exported.");
        var preparation = new PreparationGraph(fitted);
        var info = fitted.Model.Info;
        var model = PipelineFile.Write(fitted.Model.ToOnnx(), info, preparation);
        var precision = options?.Precision ?? Precision.Single;
        PrecisionConversion.Rewrite(model.Graph, precision);
        if (options?.Opset is { } opset)
            ModelOpset.Change(model, opset);
        var found = OnnxFileInfo.Of(model, "The pipeline");
        info = Described(info.WithTensors(found.Inputs, found.Outputs), preparation) with
        {
            Description = options?.Description, Licence = options?.Licence,
            Tokenizers = preparation.Tokenizers.Count > 0 ? preparation.Tokenizers : null,
            Preparation = Done(new(preparation.Steps)),
        };
        var (compared, difference, others) = Compare(ExportedModel.ToBytes(model, info), fitted, preparation, rows, precision);
        return ExportedModel.ToBytes(model,
            info with { Preparation = Done(new(preparation.Steps, compared, difference, precision, others)) });

        ModelPreparation Done(ModelPreparation done) =>
            preparation.Scalings.Count == 0 ? done : done with { Scalings = preparation.Scalings };
    }

    private static ModelInfo Described(ModelInfo info, PreparationGraph preparation) => info with
    {
        InputTensors = [.. info.InputTensors!.Select(tensor =>
            preparation.Inputs.Find(input => input.Column == tensor.Name) is { } raw
                ? tensor with { Meaning = raw.Meaning + (preparation.Scalings.ContainsKey(raw.Column) ? ": they are scaled inside" : "") }
                : tensor)],
        OutputTensors = [.. info.OutputTensors!.Select(tensor => tensor.Type == ElementType.String
            ? tensor with { Meaning = info.Task == ModelTask.Alignment ? "the labels that were found, by their names; empty behind them"
                : "the likeliest class, by its name" + (info.Task == ModelTask.Tagging ? ", of each step" : "") }
            : tensor.Name == PipelineFile.PredictedClass && info.Task != ModelTask.Alignment
                ? tensor with { Meaning = "the likeliest class, from 0" } : tensor)],
    };

    // One row at a time, three, and many, all of them as the pipeline scores them.
    private static (int Rows, double Difference, int OtherLabels) Compare(byte[] file, FittedPipeline fitted, PreparationGraph preparation,
        IDataView rows, Precision precision)
    {
        // Nodes are what they are by all others, so a graph is compared as a whole.
        var isOneGraph = fitted.Model.Info.Rows is ModelRows.Nodes or ModelRows.Links;
        var some = isOneGraph ? rows : new MLContext().Data.TakeRows(rows, MostRows);
        var raw = new RawRows(some, preparation.Inputs);
        if (raw.Count == 0)
            throw new ArgumentException("The rows given for comparison are empty: expected at least one, on which the file can be compared "
                + "with the pipeline.", nameof(rows));
        var direct = fitted.Model.Prepare(fitted.Prepare(some))!;
        var expected = new PipelineScores(direct.Scored, fitted.Model.Info);
        using var session = OnnxSession.Load(file, ExecutionTarget.Cpu());
        var largest = 0.0;
        int[] sizes = [1, 3, 64];
        for (int first = 0, turn = 0; first < expected.Count; turn++)
        {
            var count = isOneGraph ? expected.Count : Math.Min(sizes[Math.Min(turn, 2)], expected.Count - first);
            var feed = new Dictionary<string, TensorData>();
            direct.AddTo(feed, first, count, preparation.Provided);
            raw.AddTo(feed, first, isOneGraph ? raw.Count : count);
            largest = Math.Max(largest, expected.Compare(session.Run(feed), first, count, precision));
            first += count;
        }
        expected.CheckLabels(precision);
        return (expected.Count, largest, expected.OtherLabels);
    }
}
