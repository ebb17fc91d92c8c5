using System.IO.Compression;
using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>One folder of a model file being read: the reverse of <see cref="ModelSaveContext"/>.</summary>
internal sealed class ModelLoadContext : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly string _folder;

    private ModelLoadContext(ZipArchive archive, string folder, BinaryReader reader)
    {
        _archive = archive;
        _folder = folder;
        Reader = reader;
    }

    public BinaryReader Reader { get; }

    /// <summary>Whether a component was written to this folder.</summary>
    public static bool Holds(ZipArchive archive, string folder) => Find(archive, Join(folder, ModelSaveContext.ModelEntry)) != null;

    /// <summary>Reads the component of a folder.</summary>
    public static TModel LoadModel<TModel>(IHostEnvironment env, ZipArchive archive, string folder) where TModel : class
    {
        ZipArchiveEntry entry = Find(archive, Join(folder, ModelSaveContext.ModelEntry))
            ?? throw new FormatException($"The file holds no model at '{folder}'.");
        using var context = new ModelLoadContext(archive, folder, new BinaryReader(entry.Open()));
        byte[] expected = System.Text.Encoding.UTF8.GetBytes(ModelSaveContext.Signature);
        if (context.Reader.ReadByte() != expected.Length || !context.Reader.ReadBytes(expected.Length).SequenceEqual(expected))
            throw new FormatException($"The model at '{folder}' was written by another implementation of ML.NET than this stand-in.");
        string assembly = context.Reader.ReadString(), name = context.Reader.ReadString();
        object model = LoaderOf(assembly, name).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [env, context], null);
        return model as TModel ?? throw new FormatException($"The model at '{folder}' is a {model.GetType()}, not a {typeof(TModel)}.");
    }

    public TModel LoadModel<TModel>(IHostEnvironment env, string folder) where TModel : class =>
        LoadModel<TModel>(env, _archive, Join(_folder, folder));

    /// <summary>Reads an entry written beside the model; false where it isn't there.</summary>
    public bool TryLoadBinaryStream(string name, Action<BinaryReader> read)
    {
        ZipArchiveEntry entry = Find(_archive, Join(_folder, name));
        if (entry == null)
            return false;
        using var reader = new BinaryReader(entry.Open());
        read(reader);
        return true;
    }

    private static MethodInfo LoaderOf(string assembly, string name)
    {
        Type loader;
        try
        {
            loader = Assembly.Load(new AssemblyName(assembly)).GetType(name);
        }
        catch (FileNotFoundException missing)
        {
            throw new FormatException($"The model needs the assembly '{assembly}', which this program lacks.", missing);
        }

        // Only a type made for it can be named in a file: one with this very method.
        return loader?.GetMethod("Load", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly,
                [typeof(IHostEnvironment), typeof(ModelLoadContext)])
            ?? throw new FormatException($"'{name}' of '{assembly}' can't load a model.");
    }

    private static ZipArchiveEntry Find(ZipArchive archive, string path) =>
        archive.Entries.FirstOrDefault(entry => entry.FullName.Replace('\\', '/').Equals(path, StringComparison.OrdinalIgnoreCase));

    private static string Join(string folder, string name) => string.IsNullOrEmpty(folder) ? name : $"{folder}/{name}";

    public void Dispose() => Reader.Dispose();
}
