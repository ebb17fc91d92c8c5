using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A model saved by ML.NET, in which the chains that <see cref="OnnxTransformerChain"/> made are replaced. ML.NET doesn't show what an
/// OnnxTransformer runs, but the file is a zip archive whose entries hold it, in the order of the transformers.
/// </summary>
internal static class SavedModel
{
    // Zipping hardly shrinks weights; a zip bomb shrinks to a thousandth.
    private const long MostGrowth = 20, AlwaysAllowed = 16 << 20;

    /// <exception cref="InvalidDataException">The stream holds no model saved by ML.NET, only a part of one, or one without a model of
    /// MLSeqGraph.</exception>
    public static ITransformer Load(ModelOperationsCatalog catalog, Stream stream, string name, SequenceScoringOptions? options,
        out DataViewSchema inputSchema)
    {
        options = (options ?? new SequenceScoringOptions()).Checked();
        var models = ReadModels(stream, name);
        stream.Position = 0;
        var loaded = LoadStock(catalog, stream, name, out inputSchema);
        try
        {
            if (!models.Exists(model => SingleRowModel.IsOne(model) || SingleRowModel.IsLookup(model))
                && !RestoredTransformers.IsIn(loaded))
                throw new InvalidDataException($"{name} holds no model of MLSeqGraph: ml.Model.Load reads it.");
            return Replace(loaded, Match(loaded, models, name, options.AcceptEditedFiles), options);
        }
        catch
        {
            (loaded as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>Which OnnxTransformer runs which of our models.</summary>
    private static Dictionary<OnnxTransformer, SavedFile> Match(ITransformer loaded, List<ModelProto> models, string name,
        bool acceptEdited)
    {
        var transformers = new List<OnnxTransformer>();
        Collect(loaded, transformers);
        if (transformers.Count != models.Count)
        {
            throw new InvalidDataException(
                $"{name} has {models.Count} ONNX models, but the transformer in it has {transformers.Count}: which belongs to which "
                    + $"can't be told.");
        }

        return transformers.Zip(models).Where(pair => SingleRowModel.IsOne(pair.Second))
            .ToDictionary(pair => pair.First, pair => new SavedFile(
                new ModelFile(SingleRowModel.Strip(pair.Second).ToByteArray(), name, acceptEdited), pair.Second, name));
    }

    // ML.NET gives its temporary files random endings: one of 32,768 is .ort, by which ONNX Runtime takes a model for one in its own
    // format, and fails so.
    internal const string OtherFormat = "ORT model verification failed";

    private static ITransformer LoadStock(ModelOperationsCatalog catalog, Stream stream, string name, out DataViewSchema inputSchema)
    {
        var start = stream.CanSeek ? stream.Position : 0;
        for (var tries = 0; ; tries++)
            try
            {
                return catalog.Load(stream, out inputSchema);
            }
            catch (InvalidOperationException exception) when (tries < 3 && stream.CanSeek && exception.ToString().Contains(OtherFormat))
            {
                stream.Position = start;
            }
            catch (Exception exception) when (exception is FormatException or InvalidOperationException or IOException or
                InvalidDataException)
            {
                throw new InvalidDataException($"{name} can't be read as a model saved by ML.NET: {exception.Message}", exception);
            }
    }

    /// <summary>The ONNX models in the archive, in the order of their entries' paths, which is that of the transformers.</summary>
    private static List<ModelProto> ReadModels(Stream stream, string name)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            // What entries claim to unzip to is allocated, here and by ML.NET.
            var most = AlwaysAllowed + MostGrowth * stream.Length;
            if (archive.Entries.Sum(entry => (decimal)entry.Length) is var size && size > most)
                throw new InvalidDataException($"its entries unzip to {size:N0} bytes; expected at most {most:N0}");
            return [.. archive.Entries.OrderBy(entry => entry.FullName.Replace('\\', '/'), StringComparer.Ordinal).Select(ReadModel)
                .OfType<ModelProto>()];
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw new InvalidDataException($"{name} is no model saved by ML.NET, or it is cut off or damaged: {exception.Message}",
                exception);
        }
    }

    /// <summary>
    /// The ONNX model in an entry, alone or after its length as a 32-bit integer; null where the entry holds something
    /// else.
    /// </summary>
    private static ModelProto? ReadModel(ZipArchiveEntry entry)
    {
        if (entry.Length > Array.MaxLength)
            return null;
        // grows with the bytes read: the length that the archive gives for an entry may be wrong
        using var content = new MemoryStream();
        using (var stream = entry.Open())
            stream.CopyTo(content);
        var bytes = content.ToArray();
        if (Crc32.Of(bytes) is var found && (bytes.Length != entry.Length || found != entry.Crc32))
            throw new InvalidDataException($"the entry '{entry.FullName}' is damaged: it has {bytes.Length} bytes of CRC-32 {found:x8}; "
                + $"expected {entry.Length} of {entry.Crc32:x8}.");
        if (bytes.Length < 8)
            return null;
        int start = BinaryPrimitives.ReadInt32LittleEndian(bytes) == bytes.Length - 4 ? 4 : 0;
        try
        {
            var model = ModelProto.Parser.ParseFrom(bytes, start, bytes.Length - start);
            if (model.Graph is not { Node.Count: > 0 } || model.OpsetImport.Count == 0)
                return null;
            ForeignModel.Check(entry.FullName, bytes.AsSpan(start));
            return model;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static void Collect(ITransformer transformer, List<OnnxTransformer> found)
    {
        if (transformer is OnnxTransformer onnx)
            found.Add(onnx);
        foreach (var inner in transformer as IEnumerable<ITransformer> ?? [])
            Collect(inner, found);
    }

    private static ITransformer Replace(ITransformer transformer, Dictionary<OnnxTransformer, SavedFile> files,
        SequenceScoringOptions options)
    {
        if (transformer is not TransformerChain<ITransformer> chain)
            return transformer;
        if (RestoredTransformers.Restore(chain, options) is { } restored)
            return restored;
        if (chain.OfType<OnnxTransformer>().FirstOrDefault(files.ContainsKey) is { } onnx)
        {
            chain.Dispose();
            return files[onnx].ToTransformer(options);
        }

        var inner = chain.ToArray();
        TransformerScope[] parts = [TransformerScope.Training, TransformerScope.Testing, TransformerScope.Scoring];
        var scopes = Array.ConvertAll(inner, item => parts.Where(part => chain.GetModelFor(part).Contains(item))
            .Aggregate(TransformerScope.None, (scope, part) => scope | part));
        return new TransformerChain<ITransformer>(Array.ConvertAll(inner, item => Replace(item, files, options)), scopes);
    }

    private sealed record SavedFile(ModelFile File, ModelProto Row, string Name)
    {
        internal ITransformer ToTransformer(SequenceScoringOptions options)
        {
            options = options.With(SingleRowModel.BadRowsOf(Row));
            return File.Info.Forecast is not null ? new ForecastScoringTransformer(new SequenceScoringTransformer(File, options))
                : File.Info.Rows != ModelRows.Graphs ? new SequenceScoringTransformer(File, options)
                : new GraphScoringTransformer(new(File.Of(ModelRows.Graphs), options.Target),
                    SingleRowGraphModel.ColumnsOf(Row, Name), options.BadRows, options.Log);
        }
    }
}
