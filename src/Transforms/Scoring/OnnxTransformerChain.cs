using Google.Protobuf;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A model as a chain of ML.NET's own transformers, the form it is saved in: OnnxTransformer runs the
/// <see cref="SingleRowModel"/>, others make keys of its classes.
/// </summary>
/// <remarks>
/// OnnxTransformer gives vectors only. One stock transformer makes a scalar of a vector: the hash of all its values together. So the
/// class of a sequence becomes a hash, this the label's value, and that a key. For a Single there is no such way.
/// <code>
/// column ─ CopyColumns ─ OnnxTransformer ─ class, vector of size 1 ─ Hash ─ MapValue ─ MapValueToKey ─ PredictedLabel
///                              │         └ classes, a vector ─ MapValue ─ MapValueToKey ─ PredictedLabel
///                              └ Score, Probability                                    DropColumns what is in between
/// </code>
/// </remarks>
internal static class OnnxTransformerChain
{
    private const string Hash = "mlseqgraph.hash", Value = "mlseqgraph.value",
        Vector = ModelFormat.Vector + SingleRowModel.OutputSuffix;

    /// <summary>Saves the chain. It writes the context's one component.</summary>
    public static void Save(ModelSaveContext context, SequenceModel model, ModelInput input) =>
        Save(context, SingleRowModel.Build(model.File, model.Width, input), model.Info.Task, model.Info.Labels,
            [.. model.Info.Sides.Prepend(input).Select(
                read => new Input(SingleRowModel.InputOf(read), read.Column, TypeOf(read)))]);

    /// <summary>Saves a chain around a model whose outputs are those that <see cref="SingleRowModel"/> adds.</summary>
    public static void Save(ModelSaveContext context, ModelProto model, ModelTask task, ModelLabels? labels,
        IReadOnlyList<Input> inputs)
    {
        // OnnxTransformer reads the model file again when it is saved.
        string path = Path.Combine(Path.GetTempPath(), $"mlseqgraph-{Guid.NewGuid():N}.onnx");
        try
        {
            using (var stream = File.Create(path))
                model.WriteTo(stream);
            using var chain = Build(path, task, labels, inputs, model.Graph.Output.Any(output => output.Name == Vector));
            ((ICanSaveModel)chain).Save(context);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static TransformerChain<ITransformer> Build(
        string path, ModelTask task, ModelLabels? labels, IReadOnlyList<Input> inputs, bool hasVector)
    {
        var ml = new MLContext();
        var builder = new Builder(ViewOf(inputs));
        foreach (var input in inputs)
            builder.Add(ml.Transforms.CopyColumns(input.Name, input.Column));
        string[] names = [.. inputs.Select(input => input.Name)];
        List<string> between = [.. names];
        List<string> outputs = [ModelFormat.Score + SingleRowModel.OutputSuffix];
        if (task == ModelTask.Binary)
            outputs.Add(ModelFormat.Probability + SingleRowModel.OutputSuffix);
        if (hasVector)
            outputs.Add(Vector);
        if (ScoreColumns.HasLabel(task))
        {
            outputs.Add(SingleRowModel.Class);
            between.Add(SingleRowModel.Class);
        }

        builder.Add(ml.Transforms.ApplyOnnxModel([.. outputs], names, path));
        if (task == ModelTask.Tagging)
        {
            AddKeys(builder, ml, labels!, SingleRowModel.Class, [.. Enumerable.Range(0, labels!.Count).Select(i => (long)i)]);
            between.Add(Value);
        }
        else if (ScoreColumns.HasLabel(task))
        {
            uint[] hashes = AddHash(builder, ml, labels?.Count ?? 2);
            between.Add(Hash);
            if (task == ModelTask.Binary)
            {
                builder.Add(ml.Transforms.Conversion.MapValue(ModelFormat.PredictedLabel,
                    hashes.Zip([false, true], KeyValuePair.Create), Hash));
            }
            else
            {
                AddKeys(builder, ml, labels!, Hash, hashes);
                between.Add(Value);
            }
        }

        builder.Add(ml.Transforms.DropColumns([.. between]));
        return new TransformerChain<ITransformer>([.. builder.Transformers]);
    }

    private static void AddKeys<T>(Builder builder, MLContext ml, ModelLabels labels, string column, T[] inputs)
    {
        var (type, values) = LabelType.OrNumbers(labels);
        builder.Add(type.MapToKeys(ml, builder.Data, inputs, values, column, Value, ModelFormat.PredictedLabel));
    }

    /// <summary>Adds the hash of the class, with a seed for which the hashes of all classes differ.</summary>
    /// <returns>The hash of each class.</returns>
    private static uint[] AddHash(Builder builder, MLContext ml, int classes)
    {
        var all = ml.Data.LoadFromEnumerable(Enumerable.Range(0, classes).Select(i => new ClassRow { Class = [i] }));
        for (uint seed = 1; ; seed++)
        {
            var hash = ml.Transforms.Conversion.Hash(
                new HashingEstimator.ColumnOptions(Hash, SingleRowModel.Class, seed: seed, combine: true));
            uint[] hashes = [.. hash.Fit(all).Transform(all).GetColumn<uint>(Hash)];
            if (hashes.Distinct().Count() < classes)
                continue;
            builder.Add(hash);
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

    private static EmptyView ViewOf(IReadOnlyList<Input> inputs)
    {
        var schema = new DataViewSchema.Builder();
        foreach (var input in inputs)
            schema.AddColumn(input.Column, input.Type);
        return new EmptyView(schema.ToSchema());
    }

    /// <summary>An input of the model.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Column">The column it is read from.</param>
    /// <param name="Type">That column's type.</param>
    internal sealed record Input(string Name, string Column, DataViewType Type);

    /// <summary>Fits one estimator after another to data without rows.</summary>
    private sealed class Builder(IDataView data)
    {
        public List<ITransformer> Transformers { get; } = [];

        public IDataView Data { get; private set; } = data;

        public void Add(IEstimator<ITransformer> estimator) => Add([estimator.Fit(Data)]);

        public void Add(IReadOnlyList<ITransformer> transformers)
        {
            foreach (var transformer in transformers)
            {
                Transformers.Add(transformer);
                Data = transformer.Transform(Data);
            }
        }
    }

    private sealed class ClassRow
    {
        [ColumnName(SingleRowModel.Class), VectorType(1)]
        public long[]? Class { get; set; }
    }
}
