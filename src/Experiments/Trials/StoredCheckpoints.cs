namespace MLSeqGraph.Experiments;

/// <summary>Checkpoints of trials in a database, behind the folders that this machine has.</summary>
internal sealed class StoredCheckpoints(Study study) : IDisposable
{
    // Files of each trial that are stored, with the time when they were written.
    private readonly Dictionary<int, Dictionary<string, DateTime>> _known = [];

    /// <summary>Fetches what an interrupted process stored.</summary>
    internal void Fetch(int trial, string folder)
    {
        var files = study.FetchCheckpoints(trial, folder);
        lock (_known)
            _known[trial] = files.ToDictionary(file => file, file => File.GetLastWriteTimeUtc(Path.Combine(folder, file)));
    }

    /// <summary>Stores what is new in a trial's folder, and forgets what isn't there any more.</summary>
    internal void Keep(int trial, string folder)
    {
        Dictionary<string, DateTime>? known;
        lock (_known)
            known = _known.GetValueOrDefault(trial) ?? [];
        var found = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(folder, file.FullName), file => file.LastWriteTimeUtc);
        string[] added = [.. found.Where(file => !known.TryGetValue(file.Key, out var time) || time != file.Value)
            .Select(file => file.Key)];
        string[] removed = [.. known.Keys.Where(file => !found.ContainsKey(file))];
        if (added.Length + removed.Length > 0)
            study.StoreCheckpoints(trial, folder, added, removed);
        lock (_known)
            _known[trial] = found;
    }

    /// <summary>Forgets a trial.</summary>
    internal void Drop(int trial)
    {
        lock (_known)
            if (!_known.Remove(trial, out var files) || files.Count == 0)
                return;
        study.DropCheckpoints(trial);
    }

    public void Dispose() => study.Dispose();
}
