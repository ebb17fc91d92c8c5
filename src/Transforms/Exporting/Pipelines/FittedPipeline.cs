using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>A fitted pipeline, its chains laid end to end, around a model.</summary>
internal sealed class FittedPipeline
{
    private readonly List<PipelineStage> _stages = [];

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="schema">What it is given.</param>
    /// <exception cref="ArgumentException">It has no model of ours, or several.</exception>
    /// <exception cref="NotSupportedException">Its model is of another kind; the message names what stands before it.</exception>
    internal FittedPipeline(ITransformer pipeline, DataViewSchema schema)
    {
        foreach (var transformer in TransformerParts.Of(pipeline))
        {
            var after = transformer.GetOutputSchema(schema);
            _stages.Add(new(transformer, schema, after));
            schema = after;
        }
        ModelTransformer[] models = [.. _stages.Select(stage => stage.Transformer).OfType<ModelTransformer>()];
        if (models.Length != 1)
            throw new ArgumentException($"The pipeline has {models.Length} models of sequences or graphs; expected one that predicts "
                + $"classes or numbers. It has {string.Join(", ", _stages.Select(stage => stage.Transformer.GetType().Name))}."
                + (models.Length == 0 && _stages.Exists(stage => stage.Transformer.GetType().Name == "OnnxTransformer")
                    ? " One that was saved and read again consists of ML.NET's own: export it before it is saved." : ""));
        (Model, ModelAt) = (models[0], _stages.FindIndex(stage => stage.Transformer == models[0]));
        if (Model is not (SequenceScoringTransformer or GraphModelTransformer))
            throw Alone(Model, ModelAt);
    }

    /// <summary>The model.</summary>
    internal ModelTransformer Model { get; }

    /// <summary>Where it stands.</summary>
    internal int ModelAt { get; }

    /// <summary>What stands behind it.</summary>
    internal IEnumerable<PipelineStage> AfterModel => _stages.Skip(ModelAt + 1);

    /// <summary>What the model is given.</summary>
    internal IDataView Prepare(IDataView rows) => _stages.Take(ModelAt).Aggregate(rows, (view, stage) => stage.Transformer.Transform(view));

    /// <summary>What makes a column, of the first so many stages, and which it is; null where it is one of the input.</summary>
    internal (PipelineStage Stage, int At)? MakerOf(string column, int before)
    {
        for (var at = before - 1; at >= 0; at--)
            if (_stages[at].Makes(column))
                return (_stages[at], at);
        return null;
    }

    /// <summary>The type of a column of the input.</summary>
    internal DataViewSchema Input => _stages[0].Before;

    private NotSupportedException Alone(ModelTransformer model, int at)
    {
        string[] made = [.. model.Info.Inputs.Select(input => (input.Column, Maker: MakerOf(input.Column, at)))
            .Where(input => input.Maker is not null)
            .Select(input => $"column '{input.Column}' is made by a {input.Maker!.Value.Stage.Transformer.GetType().Name}")];
        return new($"The pipeline's model, a {model.GetType().Name}, reads {model.Info.Rows.Name()}; whole pipelines are exported around "
            + "models that predict classes or numbers of sequences, graphs, nodes and links alone. "
            + (made.Length == 0 ? "" : $"Here {string.Join(", ", made)}: apply it beforehand. ")
            + $"Export the model by itself: {nameof(ModelTransformer.ExportToOnnx)}.");
    }
}
