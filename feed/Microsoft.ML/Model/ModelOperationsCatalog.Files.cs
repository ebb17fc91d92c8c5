using System.IO.Compression;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class ModelOperationsCatalog
{
    private const string SchemaEntry = "Schema";

    public void Save(ITransformer model, DataViewSchema inputSchema, string filePath)
    {
        Contracts.CheckNonEmpty(filePath, nameof(filePath));
        using FileStream stream = File.Create(filePath);
        Save(model, inputSchema, stream);
    }

    /// <summary>Writes a model with the schema of its input, or without one (null).</summary>
    public void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        Contracts.CheckValue(stream, nameof(stream));
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        ModelSaveContext.SaveModel(archive, model ?? new TransformerChain<ITransformer>(), TransformerChain.Folder);
        if (inputSchema == null)
            return;
        using var writer = new BinaryWriter(archive.CreateEntry(SchemaEntry).Open());
        writer.WriteSchema(inputSchema);
    }

    public void Save<TSource>(ITransformer model, IDataLoader<TSource> loader, string filePath)
    {
        Contracts.CheckNonEmpty(filePath, nameof(filePath));
        using FileStream stream = File.Create(filePath);
        Save(model, loader, stream);
    }

    public void Save<TSource>(ITransformer model, IDataLoader<TSource> loader, Stream stream)
    {
        Contracts.CheckValue(loader, nameof(loader));
        Contracts.CheckValue(stream, nameof(stream));
        TransformerChain<ITransformer> chain = model == null ? null : new TransformerChain<ITransformer>(model);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        ModelSaveContext.SaveModel(archive, new CompositeDataLoader<TSource, ITransformer>(loader, chain), folder: null);
    }

    public ITransformer Load(string filePath, out DataViewSchema inputSchema)
    {
        Contracts.CheckNonEmpty(filePath, nameof(filePath));
        using FileStream stream = File.OpenRead(filePath);
        return Load(stream, out inputSchema);
    }

    /// <summary>Reads a model and the schema of its input, null where none was saved.</summary>
    /// <exception cref="FormatException">The file is no model.</exception>
    public ITransformer Load(Stream stream, out DataViewSchema inputSchema)
    {
        using ZipArchive archive = Open(stream);
        if (archive.GetEntry(SchemaEntry) is not ZipArchiveEntry entry && ModelLoadContext.Holds(archive, folder: null))
        {
            ITransformer model = LoadComposite(archive, out IDataLoader<IMultiStreamSource> loader);
            inputSchema = loader.GetOutputSchema();
            return model;
        }

        inputSchema = null;
        if (archive.GetEntry(SchemaEntry) is ZipArchiveEntry schema)
        {
            using var reader = new BinaryReader(schema.Open());
            inputSchema = reader.ReadSchema();
        }

        return ModelLoadContext.LoadModel<ITransformer>(Environment, archive, TransformerChain.Folder);
    }

    public ITransformer LoadWithDataLoader(string filePath, out IDataLoader<IMultiStreamSource> loader)
    {
        Contracts.CheckNonEmpty(filePath, nameof(filePath));
        using FileStream stream = File.OpenRead(filePath);
        return LoadWithDataLoader(stream, out loader);
    }

    public ITransformer LoadWithDataLoader(Stream stream, out IDataLoader<IMultiStreamSource> loader)
    {
        using ZipArchive archive = Open(stream);
        Contracts.Check(ModelLoadContext.Holds(archive, folder: null),
            "Model does not contain an IDataLoader. Perhaps this was saved with a DataViewSchema, " +
            "or even no information on its input at all. Consider using the Load method instead.");
        return LoadComposite(archive, out loader);
    }

    private ITransformer LoadComposite(ZipArchive archive, out IDataLoader<IMultiStreamSource> loader)
    {
        loader = ModelLoadContext.LoadModel<IDataLoader<IMultiStreamSource>>(Environment, archive, folder: null);
        if (loader is not CompositeDataLoader<IMultiStreamSource, ITransformer> composite)
            return new TransformerChain<ITransformer>();
        loader = composite.Loader;
        // Saving wraps the model into a chain of its own.
        ITransformer[] transformers = composite.Transformer.ToArray();
        return transformers.Length == 1 ? transformers[0] : composite.Transformer;
    }

    private static ZipArchive Open(Stream stream)
    {
        Contracts.CheckValue(stream, nameof(stream));
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException damaged)
        {
            throw new FormatException("Failed to open a zip archive", damaged);
        }
    }
}
