using Google.Protobuf;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A model as a chain of ML.NET's own transformers, the form it is saved in: OnnxTransformer runs the
/// <see cref="SingleRowModel"/>, others turn its classes into keys.
/// </summary>
/// <remarks>
/// OnnxTransformer gives only vectors. One stock transform turns a vector into a scalar: the hash of all its values together. So the
/// class of a sequence becomes a hash, the hash the label's value, and the value a key. A Single is what a stock linear regression says
/// of a vector of size 1, with weight 1 and bias 0: the number itself.
/// <code>
/// column ─ CopyColumns ─ OnnxTransformer ─ class, vector of size 1 ─ Hash ─ MapValue ─ MapValueToKey ─ PredictedLabel
///                              │         └ classes, a vector ─ MapValue ─ MapValueToKey ─ PredictedLabel
///                              ├ Score of several numbers
///                              └ Score, Probability of size 1 ─ linear regression ─ a number     DropColumns what is in between
/// </code>
/// </remarks>
internal static class OnnxTransformerChain
{
    private const string Hash = SavedChain.Prefix + "hash", Value = SavedChain.Prefix + "value";

    /// <summary>Saves the chain. It writes the context's one component.</summary>
    public static void Save(ModelSaveContext context, SequenceModel model, ModelInput input, BadRows badRows) =>
        Save(context, SingleRowModel.Build(model.File, model.Width, input, badRows), model.Info.Task, model.Info.Labels,
            [.. model.Info.Sides.Prepend(input).Select(
                read => new Input(SingleRowModel.InputOf(read), read.Column, TypeOf(read)))]);

    /// <summary>Saves a chain around a model whose outputs are those that <see cref="SingleRowModel"/> adds.</summary>
    /// <param name="context">Where to save.</param>
    /// <param name="model">The model.</param>
    /// <param name="task">What it predicts.</param>
    /// <param name="labels">The classes; null for none.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="chain">The transformers before it; null where it reads the columns unchanged.</param>
    public static void Save(ModelSaveContext context, ModelProto model, ModelTask task, ModelLabels? labels,
        IReadOnlyList<Input> inputs, SavedChain? chain = null)
    {
        // OnnxTransformer reads the model file again when it is saved.
        string path = Path.Combine(Path.GetTempPath(), $"mlseqgraph-{Guid.NewGuid():N}.onnx");
        try
        {
            using (var stream = File.Create(path))
                model.WriteTo(stream);
            chain ??= new(SchemaOf(inputs));
            Add(chain, path, task, labels, inputs, [.. model.Graph.Output.Select(output => output.Name)]);
            using var transformer = chain.ToTransformer();
            ((ICanSaveModel)transformer).Save(context);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Add(
        SavedChain chain, string path, ModelTask task, ModelLabels? labels, IReadOnlyList<Input> inputs, string[] outputs)
    {
        foreach (var input in inputs)
            chain.Add(chain.Transforms.CopyColumns(input.Name, input.Column));
        chain.Add(chain.Transforms.ApplyOnnxModel(outputs, [.. inputs.Select(input => input.Name)], path));
        foreach (string column in (string[])[ModelFormat.Probability, ModelFormat.Score])
            if (outputs.Contains(SingleRowModel.NumberOf(column)))
                AddNumber(chain, column);
        if (!ScoreColumns.HasLabel(task) || task == ModelTask.Span)
            return;
        if (task.IsPerStep())
            AddKeys(chain, labels!, SingleRowModel.Class, [.. Enumerable.Range(0, labels!.Count).Select(i => (long)i)]);
        else if (task == ModelTask.Binary)
            chain.Add(chain.Transforms.Conversion.MapValue(ModelFormat.PredictedLabel,
                AddHash(chain, 2).Zip([false, true], KeyValuePair.Create), Hash));
        else
            AddKeys(chain, labels!, Hash, AddHash(chain, labels!.Count));
    }

    // A regression gives its number as Score.
    private static void AddNumber(SavedChain chain, string column)
    {
        chain.Add(Identity(SingleRowModel.NumberOf(column)));
        if (column == ModelFormat.Score)
            return;
        chain.Add(chain.Transforms.CopyColumns(column, ModelFormat.Score));
        chain.Add(chain.Transforms.DropColumns(ModelFormat.Score));
    }

    // From weight and bias 0, the row (1, 1) makes both 1, and the row (0, 0) makes the bias 0 again.
    private static ITransformer Identity(string column)
    {
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable<NumberRow>([new() { Number = [1], Label = 1 }, new() { Number = [0] }]);
        return ml.Regression.Trainers.OnlineGradientDescent(new OnlineGradientDescentTrainer.Options
        {
            FeatureColumnName = column, LearningRate = 0.5f, Averaged = false, Shuffle = false,
        }).Fit(ml.Transforms.CopyColumns(column, nameof(NumberRow.Number)).Fit(rows).Transform(rows));
    }

    private static void AddKeys<T>(SavedChain chain, ModelLabels labels, string column, T[] inputs)
    {
        var (type, values) = LabelType.OrNumbers(labels);
        foreach (var transformer in type.MapToKeys(new MLContext(), chain.Data, inputs, values, column, Value,
            ModelFormat.PredictedLabel))
            chain.Add(transformer);
    }

    /// <summary>Adds the hash of the class, with a seed for which the hashes of all classes differ.</summary>
    /// <returns>The hash of each class and, last, of <see cref="SingleRowModel.NoClass"/>.</returns>
    private static uint[] AddHash(SavedChain chain, int classes)
    {
        var all = new MLContext().Data.LoadFromEnumerable(Enumerable.Range(0, classes).Select(i => (long)i).Append(SingleRowModel.NoClass)
            .Select(number => new ClassRow { Class = [number] }));
        for (uint seed = 1; ; seed++)
        {
            var hash = chain.Transforms.Conversion.Hash(new HashingEstimator.ColumnOptions(Hash, SingleRowModel.Class, seed: seed,
                combine: true));
            uint[] hashes = [.. hash.Fit(all).Transform(all).GetColumn<uint>(Hash)];
            if (hashes.Distinct().Count() < hashes.Length)
                continue;
            chain.Add(hash);
            return hashes;
        }
    }

    internal static DataViewType TypeOf(ModelInput input)
    {
        PrimitiveDataViewType item = input.ItemType switch
        {
            "Single" => NumberDataViewType.Single,
            "Int32" => NumberDataViewType.Int32,
            "Int64" => NumberDataViewType.Int64,
            "Byte" => new KeyDataViewType(typeof(byte), input.Vocabulary - 1),
            "UInt16" => new KeyDataViewType(typeof(ushort), input.Vocabulary - 1),
            "UInt32" => new KeyDataViewType(typeof(uint), input.Vocabulary - 1),
            _ => new KeyDataViewType(typeof(ulong), input.Vocabulary - 1),
        };
        return input.IsScalar ? item : new VectorDataViewType(item, (input.FixedLength ?? 0) * Math.Max(1, input.FeatureCount));
    }

    private static DataViewSchema SchemaOf(IReadOnlyList<Input> inputs)
    {
        var schema = new DataViewSchema.Builder();
        foreach (var input in inputs)
            schema.AddColumn(input.Column, input.Type);
        return schema.ToSchema();
    }

    /// <summary>An input of the model.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Column">The column it is read from.</param>
    /// <param name="Type">That column's type.</param>
    internal sealed record Input(string Name, string Column, DataViewType Type);

    private sealed class NumberRow
    {
        [VectorType(1)]
        public float[]? Number { get; set; }

        public float Label { get; set; }
    }

    private sealed class ClassRow
    {
        [ColumnName(SingleRowModel.Class), VectorType(1)]
        public long[]? Class { get; set; }
    }
}
