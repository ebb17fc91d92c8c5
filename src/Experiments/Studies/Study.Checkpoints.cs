namespace MLSeqGraph.Experiments;

/// <content>Checkpoints of trials that run, where processes share a database and no folder.</content>
public sealed partial class Study
{
    // What goes into one row: far below what databases take.
    private const int PartSize = 8 << 20;

    /// <summary>Stores files of a trial's folder, each whole or not at all.</summary>
    /// <param name="trialId">The trial.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="added">Files to store, relative to the folder.</param>
    /// <param name="removed">Files to forget.</param>
    internal void StoreCheckpoints(int trialId, string folder, IEnumerable<string> added, IEnumerable<string> removed) =>
        _database.Run(transaction =>
        {
            foreach (var file in added.Concat(removed))
                transaction.Execute("DELETE FROM checkpoints WHERE study = @study AND number = @number AND file = @file",
                    ("study", Name), ("number", trialId), ("file", file));
            foreach (var file in added)
                foreach (var (part, bytes) in File.ReadAllBytes(Path.Combine(folder, file)).Chunk(PartSize).Indexed())
                    transaction.Execute("INSERT INTO checkpoints (study, number, file, part, content) VALUES (@study, @number, @file, "
                        + "@part, @content)", ("study", Name), ("number", trialId), ("file", file), ("part", part), ("content", bytes));
        });

    /// <summary>Writes the files that are stored of a trial into its folder.</summary>
    /// <returns>Their names, relative to the folder.</returns>
    internal IReadOnlyList<string> FetchCheckpoints(int trialId, string folder)
    {
        var parts = _database.Run(transaction => transaction.Query("SELECT file, content FROM checkpoints WHERE study = @study AND "
            + "number = @number ORDER BY file, part", row => (File: row.GetString(0), Content: row.GetFieldValue<byte[]>(1)),
            ("study", Name), ("number", trialId)));
        string[] files = [.. parts.Select(part => part.File).Distinct()];
        foreach (var file in files)
        {
            var path = Path.GetFullPath(Path.Combine(folder, file));
            if (!path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw new StudyException($"The study '{Name}' has a checkpoint '{file}' of trial {Dimension.Text(trialId)}; expected a "
                    + "path inside the trial's folder.");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, [.. parts.Where(part => part.File == file).SelectMany(part => part.Content)]);
        }
        return files;
    }

    /// <summary>Forgets the files of a trial that has ended.</summary>
    internal void DropCheckpoints(int trialId) => _database.Run(transaction => transaction.Execute("DELETE FROM checkpoints WHERE "
        + "study = @study AND number = @number", ("study", Name), ("number", trialId)));
}
