using System.IO.Compression;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>
/// One folder of a model file being written. A component names the type that loads it (<see cref="SetLoader"/>) and then
/// writes to <see cref="Writer"/>; both end up in the folder's <c>Model.key</c>. Parts of it go to folders of their own.
/// </summary>
public sealed class ModelSaveContext : IDisposable
{
    internal const string ModelEntry = "Model.key";

    /// <summary>Tells these files from those of ML.NET itself, whose layout is the same but not their content.</summary>
    internal const string Signature = "feed model 1";

    private readonly ZipArchive _archive;
    private readonly string _folder;
    private readonly MemoryStream _body = new();
    private Type _loader;

    private ModelSaveContext(ZipArchive archive, string folder)
    {
        _archive = archive;
        _folder = folder;
        Writer = new BinaryWriter(_body);
    }

    internal BinaryWriter Writer { get; }

    /// <summary>Writes a component, with all its parts, to a folder (none: the root).</summary>
    internal static void SaveModel(ZipArchive archive, ICanSaveModel model, string folder)
    {
        using var context = new ModelSaveContext(archive, folder);
        model.Save(context);
        context.Finish(model);
    }

    /// <summary>
    /// Names the type that reads back what is written now, by a static method
    /// <c>Load(IHostEnvironment, ModelLoadContext)</c>. Every component calls this first and once.
    /// </summary>
    internal void SetLoader(Type loader)
    {
        Contracts.Check(_loader == null,
            $"A component was already written here, loaded by {_loader}; a second one, loaded by {loader}, would overwrite it.");
        _loader = loader;
    }

    /// <summary>Writes a part to a folder below this one.</summary>
    internal void SaveModel(ICanSaveModel part, string folder) => SaveModel(_archive, part, PathOf(folder));

    /// <summary>Writes an entry of its own beside the model.</summary>
    internal void SaveBinaryStream(string name, Action<BinaryWriter> write)
    {
        using var writer = new BinaryWriter(_archive.CreateEntry(PathOf(name)).Open());
        write(writer);
    }

    private void Finish(ICanSaveModel model)
    {
        Contracts.Check(_loader != null, $"{model.GetType()} wrote nothing when asked to save itself.");
        using var writer = new BinaryWriter(_archive.CreateEntry(PathOf(ModelEntry)).Open());
        writer.Write(Signature);
        writer.Write(_loader.Assembly.GetName().Name);
        writer.Write(_loader.FullName);
        Writer.Flush();
        writer.Write(_body.GetBuffer(), 0, (int)_body.Length);
    }

    private string PathOf(string name) => string.IsNullOrEmpty(_folder) ? name : $"{_folder}/{name}";

    public void Dispose() => Writer.Dispose();
}
