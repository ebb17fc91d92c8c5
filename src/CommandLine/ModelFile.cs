using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Experiments;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.CommandLine;

/// <summary>A model as ML.NET saves it, with what its file's columns were, in one file.</summary>
/// <param name="Transformer">The pipeline.</param>
/// <param name="Roles">The columns.</param>
/// <param name="Facts">How it came about.</param>
/// <param name="Epochs">The epochs of the trial whose model it is; none of trainers of ML.NET.</param>
internal sealed record ModelFile(ITransformer Transformer, TableRoles Roles, Dictionary<string, string> Facts,
    IReadOnlyList<EpochRecord> Epochs)
{
    private const string Entry = "mlsg.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Whether it holds a network of this library, and not a trainer of ML.NET.</summary>
    internal bool HasNetwork => TransformerParts.Of(Transformer).OfType<ModelTransformer>().Any();

    internal void Save(MLContext ml, string path) => AtomicFile.Write(path, stream =>
    {
        using var zip = new MemoryStream();
        ml.Model.Save(Transformer, View(ml, Roles, []).Schema, zip);
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Update, leaveOpen: true))
        using (var entry = archive.CreateEntry(Entry).Open())
            JsonSerializer.Serialize(entry, new Saved(Roles, Facts, Epochs), Json);
        zip.Position = 0;
        zip.CopyTo(stream);
    });

    /// <exception cref="InvalidDataException">The file is no model of this tool.</exception>
    internal static ModelFile Load(MLContext ml, string path)
    {
        Saved? saved;
        try
        {
            using var archive = ZipFile.OpenRead(DataFile.Require(path, ".zip"));
            using var entry = (archive.GetEntry(Entry) ?? throw
                new InvalidDataException($"'{path}' has no {Entry}; expected a model written "
                + "by mlsg train.")).Open();
            saved = JsonSerializer.Deserialize<Saved>(entry, Json);
        }
        catch (Exception error) when (error is JsonException or InvalidDataException && !error.Message.Contains(Entry))
        {
            throw new InvalidDataException($"'{path}' is no model written by mlsg train: "
                + (error is JsonException ? error.Message : "it is no zip archive, as those are; models of mlsg forecast are read by "
                    + "mlsg forecast --model, other ONNX files by mlsg inspect."), error);
        }
        if (saved?.Roles is not { } roles)
            throw new InvalidDataException($"'{path}' has an empty {Entry}.");
        try
        {
            return new(ml.Model.LoadSequenceGraph(path, out _), roles, saved.Facts, saved.Epochs ?? []);
        }
        catch (InvalidDataException error) when (error.Message.Contains("holds no model of MLSeqGraph", StringComparison.Ordinal))
        {
            return new(ml.Model.Load(path, out _), roles, saved.Facts, saved.Epochs ?? []);
        }
    }

    /// <summary>Rows as a view: the columns Label, Text or Features.</summary>
    internal static IDataView View(MLContext ml, TableRoles roles, IEnumerable<TableRow> rows) =>
        ml.Data.LoadFromEnumerable(rows, SchemaOf(roles));

    /// <summary>The columns of rows.</summary>
    internal static SchemaDefinition SchemaOf(TableRoles roles)
    {
        var schema = SchemaDefinition.Create(typeof(TableRow));
        string[] unused = [roles.Text is null ? nameof(TableRow.Text) : nameof(TableRow.Features),
            roles.Task == PortfolioTask.Regression ? nameof(TableRow.Label) : nameof(TableRow.Number)];
        schema.RemoveAll(column => unused.Contains(column.MemberName));
        if (roles.Text is null)
            schema[nameof(TableRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, roles.Numbers.Length);
        if (roles.Task == PortfolioTask.Regression)
            schema[nameof(TableRow.Number)].ColumnName = "Label";
        return schema;
    }

    /// <summary>Scores rows.</summary>
    /// <returns>For each row the class and its probability, or the number.</returns>
    internal IEnumerable<(string Predicted, float Score)> Score(MLContext ml, IReadOnlyList<TableRow> rows)
    {
        var scored = Transformer.Transform(View(ml, Roles, rows));
        if (Roles.Task == PortfolioTask.Regression)
        {
            foreach (var score in scored.GetColumn<float>("Score"))
                yield return (score.ToString(null, System.Globalization.CultureInfo.InvariantCulture), score);
            yield break;
        }
        var named = ml.Transforms.Conversion.MapKeyToValue("Named", "PredictedLabel").Fit(scored).Transform(scored);
        foreach (var (name, scores) in named.GetColumn<string>("Named").Zip(named.GetColumn<float[]>("Score")))
            yield return (name ?? "", scores.Length == 0 ? float.NaN : scores.Max());
    }

    private sealed record Saved(TableRoles Roles, Dictionary<string, string> Facts, IReadOnlyList<EpochRecord>? Epochs = null);
}
