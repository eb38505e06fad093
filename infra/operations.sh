# What docs/operations.md does to a deployed stack, for bash: `. infra/operations.sh`, once in each shell.
# STACK names the stack when it is not Tributary. Needs the AWS CLI, version 2. Each function stops at the first thing
# that fails, and says so by its exit status.

STACK=${STACK:-Tributary}
FUNCTIONS='Redirect Webhook Api Rollup Sweep'

# An output of the stack: output ApiUrl
output() {
  local value
  value=$(aws cloudformation describe-stacks --stack-name "$STACK" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue") || return
  [ -n "$value" ] && [ "$value" != None ] || { echo "The stack $STACK has no output $1" >&2; return 1; }
  printf '%s\n' "$value"
}

# The newest lines of a function's log: log Rollup 3h
log() {
  local name group
  name=$(output "${1}Function") || return
  group=$(aws lambda get-function-configuration --function-name "$name" --query LoggingConfig.LogGroup --output text) || return
  aws logs tail "$group" --since "${2:-1h}"
}

# Starts all functions anew, so that they read their secrets again, and waits until the new ones serve.
restart() {
  local name function
  for name in $FUNCTIONS; do
    function=$(output "${name}Function") || return
    aws lambda update-function-configuration --function-name "$function" \
      --description "started anew $(date -u +%FT%TZ)" --output text --query FunctionName || return
    aws lambda wait function-updated-v2 --function-name "$function" || return
  done
}

# Gives a secret another value, by way of no command line.
put_secret() {
  printf %s "$2" | aws secretsmanager put-secret-value --secret-id "$1" --secret-string file:///dev/stdin --output text --query Name
}

# Makes another root key. Merchants' keys go on working.
change_root_key() {
  local id key
  id=$(output RootKeySecretArn) && key=$(openssl rand -hex 32) || return
  [[ $key =~ ^[0-9a-f]{64}$ ]] || { echo 'No key could be made; nothing was changed' >&2; return 1; }
  put_secret "$id" "$key" && restart
}

# Adds an encryption key and goes over to it, in two steps: known to all functions before any of them seals under it.
# What was there before is kept in a file first. Takes half an hour.
change_encryption_key() {
  local id old next new key='([1-9][0-9]*:)?[A-Za-z0-9+/_-]{43}=?'
  local keys="^$key([[:space:],]+$key)*\$"
  id=$(output EncryptionKeySecretArn) || return
  old=$(aws secretsmanager get-secret-value --secret-id "$id" --query SecretString --output text) || return
  [[ $old =~ $keys ]] || { echo 'The secret holds no encryption key; nothing was changed' >&2; return 1; }
  (umask 077 && printf '%s\n' "$old" > "encryption-key.$(date -u +%Y%m%dT%H%M%SZ)") || return
  case $old in *:*) ;; *) old="1:$old" ;; esac
  next=$(($(grep -o '[0-9]*:' <<< "$old" | tr -d : | sort -n | tail -1) + 1))
  new="$next:$(openssl rand -base64 32)" || return
  [[ "$old $new" =~ $keys ]] || { echo 'No key could be made; nothing was changed' >&2; return 1; }
  put_secret "$id" "$old $new" || return
  restart || { echo 'The new key is known and not in use; run it again once the cause is mended' >&2; return 1; }
  # Runs that are under way have the old keys alone: the longest take a quarter of an hour.
  sleep 900 || return
  put_secret "$id" "$new $old" && restart
}

# Restores the table as it was at an instant to another of the name it prints: restore_table 2026-11-26T09:30:00Z
restore_table() {
  local old new instant=${1//[-:]/} on= try
  [[ $1 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$ ]] || { echo 'Say when: 2026-11-26T09:30:00Z' >&2; return 2; }
  old=$(output TableName) || return
  new="${old%-at-*}-at-${instant%Z}"
  aws dynamodb describe-table --table-name "$new" > /dev/null 2>&1 ||
    aws dynamodb restore-table-to-point-in-time --source-table-name "$old" --target-table-name "$new" \
      --restore-date-time "$1" --output text --query TableDescription.TableStatus || return
  # Each waits for some eight minutes; a large table takes an hour.
  for try in {1..20}; do aws dynamodb wait table-exists --table-name "$new" && break; done
  aws dynamodb wait table-exists --table-name "$new" || return
  # What a restore leaves behind.
  aws dynamodb update-table --table-name "$new" --deletion-protection-enabled --output text --query TableDescription.TableName || return
  aws dynamodb wait table-exists --table-name "$new" || return
  case $(aws dynamodb describe-time-to-live --table-name "$new" --output text --query TimeToLiveDescription.TimeToLiveStatus) in
    ENABLED | ENABLING) ;;
    *) aws dynamodb update-time-to-live --table-name "$new" --output text --query TimeToLiveSpecification.AttributeName \
      --time-to-live-specification Enabled=true,AttributeName=expires || return ;;
  esac
  # Refused for a while after a restore.
  for try in {1..20}; do
    aws dynamodb update-continuous-backups --table-name "$new" --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true \
      --output text --query ContinuousBackupsDescription.ContinuousBackupsStatus && on=yes && break
    sleep 30
  done
  [ -n "$on" ] || { echo "Backups of $new can't be switched on; run it again later" >&2; return 1; }
  echo "Put into cdk.context.json, and deploy:  \"restoredTable\": \"$new\""
}
