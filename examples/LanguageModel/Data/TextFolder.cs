using Examples;
using MLSeqGraph.Transforms;

namespace LanguageModel.Data;

/// <summary>
/// A folder with a text: <c>train.txt</c> and <c>val.txt</c>, or one file, <c>input.txt</c> or any alone, whose last tenth is to validate
/// on.
/// </summary>
internal static class TextFolder
{
    internal static Texts Read(string folder, string prompt)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var whole = Path.Combine(folder, "input.txt");
        string train = Path.Combine(folder, "train.txt"), validation = Path.Combine(folder, "val.txt");
        if (File.Exists(train) && File.Exists(validation))
            return new(name, TextFile.ReadAll(train), TextFile.ReadAll(validation), prompt, null, IsLarge: true);
        if (!File.Exists(whole))
        {
            string[] files = File.Exists(folder) ? [folder] : [.. Directory.GetFiles(folder).Where(FolderContents.IsData)];
            whole = files.Length == 1 && files[0] is var one && (one.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)
                || one.EndsWith(".txt.gz", StringComparison.OrdinalIgnoreCase)) ? one
                : throw new InvalidDataException($"{folder} has neither train.txt and val.txt, nor input.txt, nor one .txt file alone."
                    + FolderContents.Describe(folder, "LanguageModel"));
        }
        var text = TextFile.ReadAll(whole);
        var cut = (int)(text.Length * 0.9);
        return cut > 0 && cut < text.Length
            ? new(name, text[..cut], text[cut..], prompt, null, IsLarge: true)
            : throw new InvalidDataException($"{whole} has {text.Length} characters; expected at least 2.");
    }
}
